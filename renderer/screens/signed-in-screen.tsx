/** A running shift: whose it is, how long it lasts, the way out, and the hosted app. Never shows more of a person than the name. */
import type { AppState } from '../../contract/window-bridge.ts'
import { BrandMark } from '../components/brand-mark.tsx'
import { HostedApp } from '../components/hosted-app.tsx'
import { CheckIcon } from '../components/icons.tsx'
import { IdleWarning } from '../components/idle-warning.tsx'
import { Message } from '../components/message.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import { useText } from '../languages/language-context.ts'
import type { HelperClock, IdleLimit } from '../received-view.ts'
import type { Identity, SessionOf } from '../session-of.ts'
import { hoursAndMinutes } from '../time-text.ts'
import { useActivity } from '../use-activity.ts'
import type { PlaceApp } from '../use-app-place.ts'
import { useHasPassed, useMsLeft } from '../use-helper-time.ts'
import type { Send } from '../use-kiosk.ts'
import { usePress } from '../use-press.ts'

/** How long the screen says that this very sign-in activated the kiosk. */
const ACTIVATED_NEWS_MS = 60_000

type SignedInScreenProps = {
  identity: Identity
  session: SessionOf<'signedIn'>
  clock: HelperClock
  send: Send
  placeApp: PlaceApp
  /** Null where the bundle names no app to host. */
  app: AppState | null
  idleLimit: IdleLimit | null
  isIdleWarning: boolean
}

export function SignedInScreen(props: SignedInScreenProps) {
  const { identity, session, clock, send, placeApp, app, idleLimit, isIdleWarning } = props
  const t = useText()
  const { isPressed, press } = usePress(send)
  const reportActivity = useActivity(send, isIdleWarning)
  return (
    <ScreenFrame kind="signedIn" generation={session.generation}>
      <header className="session-bar">
        <BrandMark brandName={identity.display.brand.name} />
        <p className="session-name">{session.displayName}</p>
        <ShiftTimeLeft {...{ clock, session }} activation={identity.device.activation} />
        <button
          type="button"
          className="button session-end"
          aria-disabled={isPressed}
          onClick={() => press({ kind: 'signOut' })}
        >
          {t('signedIn.endShift')}
        </button>
      </header>
      {isIdleWarning && idleLimit !== null ? (
        <IdleWarning
          clock={clock}
          fromMs={idleLimit.warnAtMs}
          untilMs={idleLimit.untilMs}
          onStillHere={reportActivity}
        />
      ) : app !== null ? (
        <HostedApp state={app} placeApp={placeApp} />
      ) : (
        <Message
          notice="signedIn"
          picture={
            <span className="message-picture">
              <CheckIcon />
            </span>
          }
        />
      )}
    </ScreenFrame>
  )
}

type ShiftTimeLeftProps = {
  clock: HelperClock
  session: SessionOf<'signedIn'>
  activation: Identity['device']['activation']
}

/** Whoever has just put the kiosk into service reads so first, where the time will stand. */
function ShiftTimeLeft({ clock, session, activation }: ShiftTimeLeftProps) {
  const t = useText()
  const { hours, minutes } = hoursAndMinutes(useMsLeft(clock, session.validUntil))
  const isOldNews = useHasPassed(clock, session.since + ACTIVATED_NEWS_MS)
  if (activation?.kind === 'active' && activation.generation === session.generation && !isOldNews) {
    return <p className="session-time">{t('signedIn.activated')}</p>
  }
  return <p className="session-time">{t('signedIn.timeLeft', { hours, minutes })}</p>
}
