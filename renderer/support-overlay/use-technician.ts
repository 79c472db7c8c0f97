/** The technician's calls to the helper, and what they lead to. Never decides whom to let in; gives a grant back when it goes. */
import { useCallback, useEffect, useReducer, useRef } from 'react'
import type { TechnicianAct } from '../../contract/technician-access.ts'
import type { KioskBridge } from '../../contract/window-bridge.ts'
import type { HelperClock } from '../received-view.ts'
import { reportProblem } from '../report-problem.ts'
import { useHasPassed } from '../use-helper-time.ts'
import { isComplete, stepTechnician, type TechnicianEvent, type TechnicianState } from './technician-state.ts'

export type Technician = {
  state: TechnicianState
  send: (event: TechnicianEvent) => void
  /** Asks for a challenge, or for the one that is open. */
  ask: () => void
  /** Answers with the digits, if there are ten. */
  check: () => void
  act: (action: 'leave-kiosk' | 'restart-screen') => void
}

/** When the present state is over by itself. */
function endOf(state: TechnicianState): number {
  if (state.kind === 'challenge') return state.expiresAtMs
  return state.kind === 'locked' || state.kind === 'granted' ? state.untilMs : Number.POSITIVE_INFINITY
}

/** @param isAsked whether somebody stands at the page that asks; without it nobody is asked, and a grant lasts all the same */
export function useTechnician(clock: HelperClock, isAsked: boolean, bridge: KioskBridge = window.kiosk): Technician {
  const [state, send] = useReducer(stepTechnician, { kind: 'asking' })
  const isGranted = useRef(false)
  isGranted.current = state.kind === 'granted'

  const fail = useCallback((what: string, error: unknown) => {
    reportProblem(what, error)
    send({ kind: 'unanswered' })
  }, [])

  const ask = useCallback(() => {
    bridge.askTechnicianChallenge().then(
      (result) => send({ kind: 'asked', result }),
      (error: unknown) => fail('The helper did not answer with a challenge', error),
    )
  }, [bridge, fail])

  const check = () => {
    if (state.kind !== 'challenge' || !isComplete(state)) return
    send({ kind: 'checked' })
    bridge.answerTechnicianChallenge({ answer: state.digits }).then(
      (result) => {
        send({ kind: 'answered', result })
        if (result.kind === 'expired') ask()
      },
      (error: unknown) => fail('The helper did not look at the answer', error),
    )
  }

  const act = (action: TechnicianAct['action']) => {
    send({ kind: 'stepped', to: 'acting' })
    bridge.actAsTechnician({ action }).then(
      // What was accepted ends this page; what was not had no grant any more.
      ({ accepted }) => {
        if (!accepted) ask()
      },
      (error: unknown) => fail('The helper did not take the order', error),
    )
  }

  useEffect(() => {
    // A challenge that is asked for ends the grant.
    if (isAsked && !isGranted.current) ask()
  }, [ask, isAsked])

  useEffect(() => {
    return () => {
      if (!isGranted.current) return
      bridge
        .actAsTechnician({ action: 'close' })
        .catch((error: unknown) => reportProblem('The access stays open', error))
    }
  }, [bridge])

  const isOver = useHasPassed(clock, endOf(state))
  useEffect(() => {
    if (isOver && (isAsked || isGranted.current)) ask()
  }, [isOver, isAsked, ask])

  return { state, send, ask, check, act }
}
