/** The place of the hosted app, and what is said there while it is not up. Draws nothing of the app itself: the shell does. */
import type { AppState } from '../../contract/window-bridge.ts'
import { type PlaceApp, useAppPlace } from '../use-app-place.ts'
import { BusyDots } from './busy-dots.tsx'
import { Message } from './message.tsx'

type HostedAppProps = { state: AppState; placeApp: PlaceApp }

export function HostedApp({ state, placeApp }: HostedAppProps) {
  const place = useAppPlace(placeApp)
  return (
    <div className="app-place" data-app={state} ref={place}>
      {state !== 'open' && (
        <Message notice={`signedIn.app.${state === 'unreachable' ? state : 'opening'}`} picture={<BusyDots />} />
      )}
    </div>
  )
}
