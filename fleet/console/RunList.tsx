/** Orders under way and done, with each kiosk's receipt as it comes. */
import { countRun, type OrderRun, type Standing } from '../orders/order-run.ts'
import { standingWords, summaryText } from '../orders/order-words.ts'

const SHOWN = 50

function isBad(standing: Standing): boolean {
  if (standing.kind === 'receipted') return standing.receipt.outcome.kind !== 'done'
  return standing.kind !== 'waiting'
}

function Run({ run, isNewest }: { run: OrderRun; isNewest: boolean }) {
  const counts = countRun(run)
  const kiosks = [...run.kiosks]
  return (
    <li>
      <p role={isNewest ? 'status' : undefined}>{summaryText(run, counts)}</p>
      <progress value={counts.kiosks - counts.waiting} max={counts.kiosks} aria-label={`Receipts of ${run.order}`} />
      <ul>
        {kiosks.slice(0, SHOWN).map(([deviceId, { standing }]) => (
          <li key={deviceId} className={isBad(standing) ? 'bad' : ''}>
            <b>{deviceId}</b> {standingWords(standing)}
            {standing.kind === 'receipted' && <small> {Math.round(standing.afterMs)} ms</small>}
          </li>
        ))}
        {kiosks.length > SHOWN && <li>… and {kiosks.length - SHOWN} more</li>}
      </ul>
    </li>
  )
}

export function RunList({ runs }: { runs: readonly { id: number; run: OrderRun }[] }) {
  if (runs.length === 0) return null
  return (
    <section className="runs" aria-label="Orders given">
      <h2>Orders given</h2>
      <ol>
        {runs.map(({ id, run }, index) => (
          <Run key={id} run={run} isNewest={index === 0} />
        ))}
      </ol>
    </section>
  )
}
