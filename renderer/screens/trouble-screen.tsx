/** Says what happened, what the kiosk does about it and when. A touch tries again at once where that can help. Never shows a cause. */
import { supportCode } from '../../contract/support-code.ts'
import { AttentionIcon } from '../components/icons.tsx'
import { Message } from '../components/message.tsx'
import { ScreenFooter } from '../components/screen-footer.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import { useText } from '../languages/language-context.ts'
import type { HelperClock } from '../received-view.ts'
import type { Identity, SessionOf } from '../session-of.ts'
import { clockText } from '../time-text.ts'
import { useMsLeft } from '../use-helper-time.ts'
import type { Send } from '../use-kiosk.ts'
import { useTouchAnywhere } from '../use-press.ts'

type TroubleScreenProps = {
  identity: Identity
  session: SessionOf<'trouble'>
  clock: HelperClock
  send: Send
}

export function TroubleScreen({ identity, session, clock, send }: TroubleScreenProps) {
  const t = useText()
  const touch = useTouchAnywhere(send)
  return (
    <ScreenFrame kind="trouble" identity={identity}>
      <Message
        notice={`trouble.${session.code}`}
        picture={
          <span className="message-picture message-picture-warning">
            <AttentionIcon />
          </span>
        }
      >
        <div className="trouble-retry">
          <RetryCountdown clock={clock} retryAtMs={session.retryAt} />
          {/* Where a press could do nothing there is nothing to press. */}
          {session.notBefore === null && (
            <button type="button" className="button" onClick={touch}>
              {t('trouble.tryNow')}
            </button>
          )}
        </div>
      </Message>
      <ScreenFooter help={{ deviceId: identity.device.id, code: null, troubleCode: session.code }}>
        <p className="trouble-footer">
          {t('trouble.supportCode')} <strong className="support-code">{supportCode(session.code)}</strong>
          {session.providerError !== null && (
            <>
              {' · '}
              <span className="provider-error">{session.providerError}</span>
            </>
          )}
        </p>
      </ScreenFooter>
    </ScreenFrame>
  )
}

function RetryCountdown({ clock, retryAtMs }: { clock: HelperClock; retryAtMs: number }) {
  const t = useText()
  const msLeft = useMsLeft(clock, retryAtMs)
  return (
    <p className="trouble-countdown">
      {msLeft > 0 ? t('trouble.retryIn', { clock: clockText(msLeft) }) : t('trouble.retrying')}
    </p>
  )
}
