/** Says that a session is about to end because nobody uses the kiosk, and asks. Never ends it: the helper does. */
import { useText } from '../languages/language-context.ts'
import type { HelperClock } from '../received-view.ts'
import { secondsLeft } from '../time-text.ts'
import { useMsLeft } from '../use-helper-time.ts'
import { DrainRing } from './drain-ring.tsx'
import { Message } from './message.tsx'

type IdleWarningProps = {
  clock: HelperClock
  /** When the warning began and when the session ends. */
  fromMs: number
  untilMs: number
  onStillHere: () => void
}

export function IdleWarning({ clock, fromMs, untilMs, onStillHere }: IdleWarningProps) {
  const t = useText()
  const msLeft = useMsLeft(clock, untilMs)
  const seconds = secondsLeft(msLeft)
  return (
    <Message
      title={t('signedIn.idle.question')}
      body={t('signedIn.idle.secondsLeft', { seconds })}
      picture={
        <span className="message-picture idle-dial" aria-hidden="true">
          <DrainRing percentLeft={(100 * msLeft) / (untilMs - fromMs)} />
          {seconds}
        </span>
      }
    >
      <button type="button" className="button button-primary idle-answer" onClick={onStillHere}>
        {t('signedIn.idle.stillHere')}
      </button>
    </Message>
  )
}
