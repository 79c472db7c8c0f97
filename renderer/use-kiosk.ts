/** The page's end of `window.kiosk`. Never parses a view again (the shell did) and never keeps one that was replaced. */
import { useCallback, useEffect, useState } from 'react'
import type { Command } from '../contract/commands.ts'
import type { KioskBridge } from '../contract/window-bridge.ts'
import { NOTHING_RECEIVED, type ReceivedView, receiveView } from './received-view.ts'
import { reportProblem } from './report-problem.ts'
import type { PlaceApp } from './use-app-place.ts'
import { useHeartbeat } from './use-heartbeat.ts'

/** Sends a command; answers whether it meant something to the helper. Never rejects: a failed send answers false. */
export type Send = (command: Command) => Promise<boolean>

export type Kiosk = ReceivedView & { send: Send; placeApp: PlaceApp }

export function useKiosk(bridge: KioskBridge = window.kiosk): Kiosk {
  const received = useView(bridge)
  useHeartbeat(bridge, received.view)
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
