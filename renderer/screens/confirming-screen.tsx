/** Asks the person at the screen whether the sign-in is theirs. RFC 8628 §5.4, §5.5. Never answers by itself. */
import { ScreenFooter } from '../components/screen-footer.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import { useText } from '../languages/language-context.ts'
import type { HelperClock } from '../received-view.ts'
import type { Identity, SessionOf } from '../session-of.ts'
import { secondsLeft } from '../time-text.ts'
import { useMsLeft } from '../use-helper-time.ts'
import type { Send } from '../use-kiosk.ts'
import { useIsSettled, usePress } from '../use-press.ts'

type ConfirmingScreenProps = {
  identity: Identity
  session: SessionOf<'confirming'>
  clock: HelperClock
  send: Send
}

export function ConfirmingScreen({ identity, session, clock, send }: ConfirmingScreenProps) {
  const t = useText()
  const isSettled = useIsSettled()
  const { isPressed, press } = usePress(send)
  const { generation, displayName, confirmByMs } = session
  const isDisabled = isPressed || !isSettled
  const answer = (kind: 'confirmPresence' | 'denyPresence') => {
    if (!isDisabled) void press({ kind, generation })
  }
  return (
    <ScreenFrame kind="confirming" generation={generation} identity={identity}>
      <div className="message">
        <h1 className="message-title">
          {t('confirming.welcome', { name: displayName })}{' '}
          <span className="confirming-question">{t('confirming.question')}</span>
        </h1>
        <p className="message-body">{t('confirming.advice')}</p>
        <div className="confirming-answers" data-pressed={isPressed}>
          <button
            type="button"
            className="button button-primary"
            aria-disabled={isDisabled}
            onClick={() => answer('confirmPresence')}
          >
            {t('confirming.startShift')}
          </button>
          <button type="button" className="button" aria-disabled={isDisabled} onClick={() => answer('denyPresence')}>
            {t('confirming.notMe')}
          </button>
        </div>
        <SecondsLeft clock={clock} untilMs={confirmByMs} />
      </div>
      <ScreenFooter help={{ deviceId: identity.device.id, code: null, troubleCode: null }} />
    </ScreenFrame>
  )
}

function SecondsLeft({ clock, untilMs }: { clock: HelperClock; untilMs: number }) {
  const t = useText()
  return (
    <p className="message-note">{t('confirming.secondsLeft', { seconds: secondsLeft(useMsLeft(clock, untilMs)) })}</p>
  )
}
