/** How long a code is good for, as a ring and as text. Never shows more time than the helper's clock leaves. */
import type { ReplacedBecause } from '../../contract/session-state.ts'
import { useText } from '../languages/language-context.ts'
import { NEW_CODE_SOON_MS } from '../new-code-soon.ts'
import type { HelperClock } from '../received-view.ts'
import { clockText } from '../time-text.ts'
import { useMsLeft } from '../use-helper-time.ts'
import { DrainRing } from './drain-ring.tsx'

type TimeLeftProps = {
  clock: HelperClock
  fromMs: number
  untilMs: number
  /** Why the code is new, if it took another's place. */
  replacedBecause: ReplacedBecause
}

export function TimeLeft({ clock, fromMs, untilMs, replacedBecause }: TimeLeftProps) {
  const t = useText()
  const msLeft = useMsLeft(clock, untilMs)
  const isSoon = msLeft <= NEW_CODE_SOON_MS
  return (
    <div className="time-left" data-soon={isSoon}>
      <div className="time-left-dial" role="timer" aria-label={t('approve.timeLeftName', { clock: clockText(msLeft) })}>
        <DrainRing percentLeft={untilMs <= fromMs ? 0 : (100 * msLeft) / (untilMs - fromMs)} />
        <span className="time-left-clock" aria-hidden="true">
          {clockText(msLeft)}
        </span>
      </div>
      {/* Where both do not fit, the note stands in the hint's place: a ring with a clock explains itself. */}
      {replacedBecause !== null && !isSoon && (
        <p className="code-note" data-because={replacedBecause}>
          {t(`approve.replaced.${replacedBecause}`)}
        </p>
      )}
      <p className="time-left-hint">{t(isSoon ? 'approve.newCodeSoon' : 'approve.timeLeft')}</p>
    </div>
  )
}
