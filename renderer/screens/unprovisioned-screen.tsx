/** What an installer still owes this kiosk: every problem with its place and its remedy. Never scrolls. */
import { ScreenFrame } from '../components/screen-frame.tsx'
import { useText } from '../languages/language-context.ts'
import type { Identity, SessionOf } from '../session-of.ts'

/** More do not fit the smallest screen at a size that can be read. */
const MOST_PROBLEMS = 12
/** Up to here problems are set large. */
const MOST_LARGE_PROBLEMS = 6

export function UnprovisionedScreen({
  identity,
  session: { problems },
}: {
  identity: Identity
  session: SessionOf<'unprovisioned'>
}) {
  const t = useText()
  const shown = problems.slice(0, MOST_PROBLEMS)
  const density = problems.length > MOST_LARGE_PROBLEMS ? 'dense' : problems.length > 3 ? 'normal' : 'roomy'
  return (
    <ScreenFrame kind="unprovisioned">
      <header className="unprovisioned-header">
        <div>
          <h1 className="unprovisioned-title">{t('unprovisioned.title')}</h1>
          <p className="unprovisioned-body">{t('unprovisioned.body', { problems: problems.length })}</p>
        </div>
        {/* This screen has no brand mark to hold. */}
        <p className="device-id" data-hold-for-support>
          {t('unprovisioned.deviceId')} <strong>{identity.device.id}</strong>
        </p>
      </header>
      <ol
        lang="en"
        dir="ltr"
        className="problem-list"
        data-density={density}
        aria-label={t('unprovisioned.problemsName')}
      >
        {shown.map((problem, index) => (
          <li key={index} className="problem">
            <code className="problem-where">{problem.where}</code>
            <p className="problem-what">{problem.what}</p>
            <p className="problem-remedy">{problem.remedy}</p>
          </li>
        ))}
      </ol>
      {problems.length > shown.length && (
        <p className="unprovisioned-more">
          {t('unprovisioned.furtherProblems', { problems: problems.length - shown.length })}
        </p>
      )}
    </ScreenFrame>
  )
}
