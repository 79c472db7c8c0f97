/** The page's end of `window.kiosk`. Never parses a view again (the shell did) and never keeps one that was replaced. */
import { useCallback, useEffect, useState } from 'react'
import type { Command } from '../contract/commands.ts'
import type { KioskSnapshot } from '../contract/session-state.ts'
import type { KioskBridge } from '../contract/window-bridge.ts'
import { NOTHING_RECEIVED, type ReceivedView, receiveView } from './received-view.ts'
import { reportProblem } from './report-problem.ts'
import { generationOf } from './session-of.ts'
import type { PlaceApp } from './use-app-place.ts'

/** Sends a command; answers whether it meant something to the helper. Never rejects: a failed send answers false. */
export type Send = (command: Command) => Promise<boolean>

export type Kiosk = ReceivedView & { send: Send; placeApp: PlaceApp }

export function useKiosk(bridge: KioskBridge = window.kiosk): Kiosk {
  const received = useView(bridge)
  usePaintReport(bridge, received.view.kind === 'linked' ? received.view.snapshot : null)
  const send = useCallback<Send>(
    async (command) => {
      try {
        return (await bridge.send(command)).accepted
      } catch (error) {
        reportProblem(`The command "${command.kind}" did not reach the helper`, error)
        return false
      }
    },
    [bridge],
  )
  const placeApp = useCallback<PlaceApp>((area) => bridge.placeApp(area), [bridge])
  return { ...received, send, placeApp }
}

function useView(bridge: KioskBridge): ReceivedView {
  const [received, setReceived] = useState(NOTHING_RECEIVED)
  useEffect(() => {
    // The answer to getView may come after a view that is newer than it.
    let isAnswerWanted = true
    const receive = (view: Parameters<typeof receiveView>[1]) => {
      const receivedAtMs = performance.now()
      setReceived((previous) => receiveView(previous, view, receivedAtMs))
    }
    const unsubscribe = bridge.onView((view) => {
      isAnswerWanted = false
      receive(view)
    })
    bridge.getView().then(
      (view) => {
        if (isAnswerWanted) receive(view)
      },
      (error: unknown) => reportProblem('The shell did not answer with a view', error),
    )
    return () => {
      isAnswerWanted = false
      unsubscribe()
    }
  }, [bridge])
  return received
}

/** Reports each snapshot once it is on the glass, so that the helper tells a frozen screen from a live one. */
function usePaintReport(bridge: KioskBridge, snapshot: KioskSnapshot | null): void {
  const sequence = snapshot?.sequence ?? null
  const kind = snapshot?.session.kind ?? null
  const generation = snapshot === null ? null : generationOf(snapshot.session)
  useEffect(() => {
    if (sequence === null || kind === null) return
    const report = () => {
      bridge
        .painted({ sequence, kind, generation })
        .catch((error: unknown) => reportProblem('The shell did not take the paint report', error))
    }
    // The first frame draws the state; when the second begins, the first has been handed to the display.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(report)
    })
    return () => cancelAnimationFrame(frame)
  }, [bridge, sequence, kind, generation])
}
