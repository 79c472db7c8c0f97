/** The checks with their progress, and what to do about those that are not well. The helper runs and judges them. */
import type { SupportCheck, SupportChecks } from '../../contract/support.ts'
import { useText } from '../languages/language-context.ts'
import { StatusDot, type Tone } from './fact-card.tsx'

const TONES: Readonly<Record<SupportCheck['state'], Tone>> = {
  waiting: 'quiet',
  running: 'quiet',
  ok: 'good',
  warning: 'warning',
  failed: 'bad',
  skipped: 'quiet',
}

/** So many remedies fit without scrolling; whoever has mended these finds the next. */
const SHOWN_REMEDIES = 2

type ChecksPageProps = { run: SupportChecks; onRun: () => void }

export function ChecksPage({ run, onRun }: ChecksPageProps) {
  const t = useText()
  const over = run.checks.filter(({ state }) => state !== 'waiting' && state !== 'running')
  return (
    <div className="checks-page">
      <ul className="check-list">
        {run.checks.map((check) => (
          <li key={check.name} className="check" data-state={check.state}>
            <StatusDot tone={TONES[check.state]} />
            <span className="check-name">{t(`support.check.${check.name}`)}</span>
            <span className="check-state">{t(`support.checkState.${check.state}`)}</span>
            {check.found !== null && (
              <bdi className="check-found" dir="ltr">
                {check.found}
              </bdi>
            )}
          </li>
        ))}
      </ul>
      <div className="checks-side">
        <div className="remedies" aria-live="polite">
          <Remedies run={run} />
        </div>
        <progress
          className="checks-progress"
          max={run.checks.length}
          value={over.length}
          aria-label={t('support.checks.title')}
        />
        <button type="button" className="button button-primary" disabled={run.state === 'running'} onClick={onRun}>
          {run.state === 'running'
            ? t('support.checks.progress', { done: over.length, total: run.checks.length })
            : t('support.checks.run')}
        </button>
      </div>
    </div>
  )
}

function Remedies({ run }: { run: SupportChecks }) {
  const t = useText()
  const unwell = run.checks.filter(({ state }) => state === 'failed' || state === 'warning')
  const worstFirst = unwell.toSorted(
    (left, right) => Number(right.state === 'failed') - Number(left.state === 'failed'),
  )
  if (unwell.length === 0) return run.state === 'done' ? <p className="remedy">{t('support.checks.allWell')}</p> : null
  return (
    <>
      {worstFirst.slice(0, SHOWN_REMEDIES).map(({ name, state, code, remedy }) => (
        <section key={name} className="remedy">
          <h2 className="remedy-title">
            <StatusDot tone={TONES[state]} />
            {t(`support.check.${name}`)}
            {code !== null && <bdi className="remedy-code">{code}</bdi>}
          </h2>
          {/* Operators' words are in English on every kiosk, as in the list of error codes. */}
          {remedy !== null && (
            <p lang="en" dir="ltr">
              {remedy}
            </p>
          )}
        </section>
      ))}
      {unwell.length > SHOWN_REMEDIES && (
        <p className="remedy-further">{t('support.checks.further', { count: unwell.length - SHOWN_REMEDIES })}</p>
      )}
    </>
  )
}
