/** The page's end of `window.kiosk`. Never parses a view again (the shell did) and never keeps one that was replaced. */
import { useCallback, useSyncExternalStore } from 'react'
import type { Command } from '../contract/commands.ts'
import type { KioskBridge } from '../contract/window-bridge.ts'
import type { ReceivedView } from './received-view.ts'
import { reportProblem } from './report-problem.ts'
import type { PlaceApp } from './use-app-place.ts'
import { useHeartbeat } from './use-heartbeat.ts'
import type { ViewStore } from './view-store.ts'

/** Sends a command; answers whether it meant something to the helper. Never rejects: a failed send answers false. */
export type Send = (command: Command) => Promise<boolean>

export type Kiosk = ReceivedView & { send: Send; placeApp: PlaceApp }

export function useKiosk(views: ViewStore, bridge: KioskBridge = window.kiosk): Kiosk {
  const received = useSyncExternalStore(views.subscribe, views.current)
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
