/** Says what happened, what the kiosk does about it and when. A touch tries again at once where that can help. Never shows a cause. */
import { supportCode } from '../../contract/support-code.ts'
import { AttentionIcon } from '../components/icons.tsx'
import { Message } from '../components/message.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import { useWording } from '../languages/use-wording.ts'
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
  const { trouble } = useWording()
  const touch = useTouchAnywhere(send)
  const { title, body } = trouble.notices[session.code]
  return (
    <ScreenFrame kind="trouble" identity={identity}>
      <Message
        title={title}
        body={body}
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
              {trouble.tryNow}
            </button>
          )}
        </div>
      </Message>
      <footer className="trouble-footer">
        {trouble.supportCode} <strong className="support-code">{supportCode(session.code)}</strong>
        {session.providerError !== null && (
          <>
            {' · '}
            <span className="provider-error">{session.providerError}</span>
          </>
        )}
      </footer>
    </ScreenFrame>
  )
}

function RetryCountdown({ clock, retryAtMs }: { clock: HelperClock; retryAtMs: number }) {
  const { trouble } = useWording()
  const msLeft = useMsLeft(clock, retryAtMs)
  return <p className="trouble-countdown">{msLeft > 0 ? trouble.retryIn(clockText(msLeft)) : trouble.retrying}</p>
}
