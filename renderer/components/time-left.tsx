/** A ring that drains and the time as text. Never shows more time than the helper's clock leaves. */
import { useWording } from '../languages/use-wording.ts'
import type { HelperClock } from '../received-view.ts'
import { clockText } from '../time-text.ts'
import { useMsLeft } from '../use-helper-time.ts'

const NEW_CODE_SOON_MS = 60_000

export function TimeLeft({ clock, fromMs, untilMs }: { clock: HelperClock; fromMs: number; untilMs: number }) {
  const { approve } = useWording()
  const msLeft = useMsLeft(clock, untilMs)
  const isSoon = msLeft <= NEW_CODE_SOON_MS
  const percentLeft = untilMs <= fromMs ? 0 : Math.min(100, (100 * msLeft) / (untilMs - fromMs))
  return (
    <div className="time-left" data-soon={isSoon}>
      <div className="time-left-dial" role="timer" aria-label={approve.timeLeftName(clockText(msLeft))}>
        <svg className="time-left-ring" viewBox="0 0 100 100" aria-hidden="true">
          <circle className="time-left-track" cx="50" cy="50" r="45" />
          <circle
            className="time-left-rest"
            cx="50"
            cy="50"
            r="45"
            pathLength="100"
            strokeDasharray={`${percentLeft.toFixed(1)} 100`}
          />
        </svg>
        <span className="time-left-clock" aria-hidden="true">
          {clockText(msLeft)}
        </span>
      </div>
      <p className="time-left-hint">{isSoon ? approve.newCodeSoon : approve.timeLeft}</p>
    </div>
  )
}
