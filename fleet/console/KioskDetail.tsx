/** One kiosk: what it says of itself, and what has happened while this page was open. */
import { useEffect, useRef } from 'react'
import { assertNever } from '../../contract/kiosk-error.ts'
import type { KnownKiosk, TimelineEntry } from '../follow/fleet-view.ts'
import { describeKiosk } from '../follow/kiosk-facts.ts'
import { plainLines, plainText } from '../follow/plain-text.ts'
import { agoWords, leftWords } from '../follow/time-words.ts'
import { receiptFaultWords } from '../orders/order-words.ts'
import { Concerns } from './Concerns.tsx'
import { clockWords, dayWords } from './page-time.ts'
import { END_WORDS, ORDER_WORDS, outcomeSentence, presenceWords, stateWords } from './page-words.ts'

function entryWords(entry: TimelineEntry): string {
  switch (entry.kind) {
    case 'presence':
      return presenceWords(entry.presence, entry.because)
    case 'session':
      return entry.code === null ? stateWords(entry.session) : `${stateWords(entry.session)}: ${entry.code}`
    case 'fault':
      return `Fault ${entry.code}`
    case 'tokens':
      return 'Tokens issued'
    case 'version':
      return `Version ${plainText(entry.version)}`
    case 'bundle':
      return `Bundle ${entry.version ?? 'without a version'}${entry.isRefused ? ', a newer one refused' : ''}`
    case 'certificate':
      return `Another certificate: ${plainText(entry.fingerprint.slice(0, 16))}`
    case 'unreadable':
      return `What it said on “${entry.topic}” cannot be read`
    case 'receipt':
      return `${entry.receipt.order === null ? 'An order' : ORDER_WORDS[entry.receipt.order].verb} – ${outcomeSentence(entry.receipt.outcome)}`
    case 'no-receipt':
      return `False receipt: it ${receiptFaultWords(entry.why)}`
    default:
      return assertNever(entry)
  }
}

function isBad(entry: TimelineEntry): boolean {
  if (entry.kind === 'presence') return entry.presence === 'offline'
  if (entry.kind === 'receipt') return entry.receipt.outcome.kind !== 'done'
  return ['no-receipt', 'unreadable', 'fault'].includes(entry.kind)
}

function diagnosticsOf(entry: TimelineEntry): string | null {
  if (entry.kind !== 'receipt' || entry.receipt.outcome.kind !== 'done') return null
  const { diagnostics } = entry.receipt.outcome
  return diagnostics === undefined ? null : plainLines(diagnostics)
}

const momentWords = (epochMs: number, nowEpochMs: number) => `${agoWords(epochMs, nowEpochMs)} (${dayWords(epochMs)})`

type KioskDetailProps = { known: KnownKiosk; nowEpochMs: number; onClose: () => void }

export function KioskDetail({ known, nowEpochMs, onClose }: KioskDetailProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const { deviceId, presence, reported, timeline } = known
  // Whoever opens it goes on from here, with the keyboard too.
  useEffect(() => heading.current?.focus(), [deviceId])
  const facts = describeKiosk(known, nowEpochMs)
  const { lastHeardEpochMs, lastFault, certificateDays } = facts
  const ended = reported?.session.endedBecause
  const rows: readonly (readonly [string, string])[] = [
    ['Name', facts.name],
    ['Site', facts.site],
    ['Tenant', facts.tenant],
    [
      'Connection',
      facts.presence === 'unknown'
        ? ''
        : presenceWords(facts.presence, presence?.kind === 'offline' ? presence.because : null),
    ],
    ['Last heard of', lastHeardEpochMs === null ? '' : momentWords(lastHeardEpochMs, nowEpochMs)],
    ['Session', facts.state === null ? '' : stateWords(facts.state)],
    ['Last one ended', ended ? END_WORDS[ended] : ''],
    ['On screen', facts.painted === null ? '' : stateWords(facts.painted)],
    ['Last token', agoWords(facts.lastTokenIssueEpochMs, nowEpochMs)],
    ['Token left', leftWords(facts.tokenValidUntilEpochMs, nowEpochMs)],
    ['Version', facts.version],
    ['Bundle', facts.bundleVersion === null ? '' : String(facts.bundleVersion)],
    ['In service', reported?.isActivated === true ? 'yes' : 'not yet'],
    ['Certificate', certificateDays === null ? '' : `${certificateDays} days left`],
    ['Last error', lastFault === null ? '' : `${lastFault.code}, ${momentWords(lastFault.atEpochMs, nowEpochMs)}`],
  ]
  return (
    <section className="detail" aria-labelledby="detail" onKeyDown={({ key }) => key === 'Escape' && onClose()}>
      <header>
        <h2 id="detail" ref={heading} tabIndex={-1}>
          {deviceId}
        </h2>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </header>
      {facts.concerns.length > 0 && (
        <p>
          <Concerns concerns={facts.concerns} />
        </p>
      )}
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value || '–'}</dd>
          </div>
        ))}
      </dl>
      <h3>Since this page was opened</h3>
      {timeline.length === 0 && <p className="quiet">Nothing has changed yet.</p>}
      <ol className="timeline">
        {timeline.map((entry, index) => (
          <li key={timeline.length - index} className={isBad(entry) ? 'bad' : ''}>
            <time
              dateTime={new Date(entry.atEpochMs).toISOString()}
              title={entry.isLate ? 'It was so before: nobody could look on then' : undefined}
            >
              {entry.isLate && 'by '}
              {clockWords(entry.atEpochMs, nowEpochMs)}
            </time>
            <span>{entryWords(entry)}</span>
            {diagnosticsOf(entry) !== null && <pre>{diagnosticsOf(entry)}</pre>}
          </li>
        ))}
      </ol>
    </section>
  )
}
