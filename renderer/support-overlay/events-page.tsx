/** The last fault with what an operator does about it, and the last ten events by their names in the log. */
import type { SupportDiagnostics, SupportFault } from '../../contract/support.ts'
import { useLanguage } from '../languages/language-context.ts'
import { StatusDot } from './fact-card.tsx'
import { agoText, timeText } from './time-words.ts'

export function EventsPage({ diagnostics: { events, lastFault } }: { diagnostics: SupportDiagnostics }) {
  const { language, t } = useLanguage()
  return (
    <div className="events-page">
      <section className="fault-card" data-fault={lastFault !== null}>
        <h2 className="fact-card-title">{t('support.lastFault')}</h2>
        {lastFault === null ? <p>{t('support.noFault')}</p> : <Fault fault={lastFault} />}
      </section>
      <ol className="event-list" aria-label={t('support.events')}>
        {events.toReversed().map(({ name, atEpochMs, count, code }) => (
          <li key={`${name} ${atEpochMs}`} className="event">
            <time className="event-time">{timeText(language, atEpochMs, Date.now())}</time>
            <bdi className="event-name" dir="ltr">
              {name}
              {count > 1 && <span className="event-count"> ×{count}</span>}
              {code !== null && <span className="event-code"> {code}</span>}
            </bdi>
          </li>
        ))}
      </ol>
    </div>
  )
}

function Fault({ fault }: { fault: SupportFault }) {
  const { language } = useLanguage()
  const { code, supportCode, providerError, atEpochMs, meaning, remedy, providerHint } = fault
  return (
    <>
      <p className="fault-code">
        <StatusDot tone="warning" />
        <bdi dir="ltr">
          <strong>{supportCode}</strong> {code}
          {providerError !== null && <span className="event-code"> {providerError}</span>}
        </bdi>
      </p>
      <p className="fault-ago">{agoText(language, Date.now() - atEpochMs)}</p>
      {/* Operators' words are in English on every kiosk, as in the list of error codes. */}
      <div lang="en" dir="ltr" className="fault-words">
        <p>{meaning}</p>
        <p>{providerHint ?? remedy}</p>
      </div>
    </>
  )
}
