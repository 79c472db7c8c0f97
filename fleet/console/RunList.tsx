/** Orders under way and done, with each kiosk's receipt as it comes; what went wrong stands first. */
import { useEffect, useRef } from 'react'
import { countRun, type Standing } from '../orders/order-run.ts'
import type { GivenOrder } from './fleet-store.ts'
import { clockWords } from './page-time.ts'
import { kioskCount, ORDER_WORDS, standingSentence } from './page-words.ts'

const SHOWN = 50

function weightOf(standing: Standing): number {
  if (standing.kind === 'waiting') return 1
  return standing.kind === 'receipted' && standing.receipt.outcome.kind === 'done' ? 2 : 0
}

/** Such as `3 of 5 done · 1 refused · 1 without a receipt yet`. */
function countWords({ run }: GivenOrder, isOver: boolean): string {
  const { kiosks, done, refused, failed, waiting, notSent } = countRun(run)
  const others: [number, string][] = [
    [refused, 'refused'],
    [failed, 'failed'],
    [waiting, isOver ? 'never answered' : 'without a receipt yet'],
    [notSent, 'not delivered'],
  ]
  const told = others.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return [`${done} of ${kiosks} done`, ...told].join(' · ')
}

const titleOf = ({ run }: GivenOrder) => `${ORDER_WORDS[run.order].verb}: ${kioskCount(run.kiosks.size)}`

function Run({ given, isNewest, nowEpochMs }: { given: GivenOrder; isNewest: boolean; nowEpochMs: number }) {
  const { run, startedAtEpochMs, expiresAtEpochMs } = given
  const { kiosks: total, waiting } = countRun(run)
  const isOver = expiresAtEpochMs <= nowEpochMs
  const kiosks = [...run.kiosks].sort(([, one], [, other]) => weightOf(one.standing) - weightOf(other.standing))
  return (
    <li>
      <header>
        <h3>{titleOf(given)}</h3>
        <span className="quiet">
          {clockWords(startedAtEpochMs, nowEpochMs)}
          {waiting > 0 && ` · ${isOver ? 'counted' : 'counts'} until ${clockWords(expiresAtEpochMs, nowEpochMs)}`}
        </span>
      </header>
      <progress value={total - waiting} max={total} aria-label={`Answers to ${titleOf(given)}`} />
      {/* Those before it are folded up as soon as there is a newer one. */}
      <details open={isNewest}>
        <summary>{countWords(given, isOver)}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be reached by keyboard (WCAG 2.1.1) */}
        <ul aria-label={`Kiosks of ${titleOf(given)}`} tabIndex={0}>
          {kiosks.slice(0, SHOWN).map(([deviceId, { standing }]) => (
            <li key={deviceId} className={weightOf(standing) === 0 ? 'bad' : ''}>
              <b>{deviceId}</b>
              <span>{standingSentence(standing, isOver)}</span>
              {standing.kind === 'receipted' && <small>{Math.round(standing.afterMs)} ms</small>}
            </li>
          ))}
          {kiosks.length > SHOWN && <li className="quiet">… and {kiosks.length - SHOWN} more</li>}
        </ul>
      </details>
    </li>
  )
}

/** Stands in the page from the start: what comes into it is read out, what comes with it is not. Twice for an order. */
function Announcement({ newest, nowEpochMs }: { newest: GivenOrder | undefined; nowEpochMs: number }) {
  const isSettled = newest && (countRun(newest.run).waiting === 0 || newest.expiresAtEpochMs <= nowEpochMs)
  return (
    <p role="status" className="heard">
      {newest && (isSettled ? `${titleOf(newest)}: ${countWords(newest, true)}` : `${titleOf(newest)}: sent`)}
    </p>
  )
}

export function RunList({ runs, nowEpochMs }: { runs: readonly GivenOrder[]; nowEpochMs: number }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const [newest] = runs
  // Whoever has ordered goes on from here: the button that they pressed is out of use until somebody is ticked.
  useEffect(() => heading.current?.focus(), [newest?.id])
  return (
    <>
      <Announcement newest={newest} nowEpochMs={nowEpochMs} />
      {newest && (
        <section className="runs" aria-label="Orders given">
          <h2 ref={heading} tabIndex={-1}>
            Orders given
          </h2>
          <ol>
            {runs.map((given, index) => (
              <Run key={given.id} given={given} isNewest={index === 0} nowEpochMs={nowEpochMs} />
            ))}
          </ol>
        </section>
      )}
    </>
  )
}
