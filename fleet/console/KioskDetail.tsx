/** One kiosk: what it says of itself, and what has happened while this page was open. */
import { useEffect, useRef } from 'react'
import type { KnownKiosk, TimelineEntry } from '../follow/fleet-view.ts'
import { describeKiosk } from '../follow/kiosk-facts.ts'
import { plainLines, plainText } from '../follow/plain-text.ts'
import { agoWords, leftWords } from '../follow/time-words.ts'
import { outcomeWords, receiptFaultWords } from '../orders/order-words.ts'

function entryWords(entry: TimelineEntry): string {
  switch (entry.kind) {
    case 'presence':
      return entry.because === null ? entry.presence : `${entry.presence}: ${entry.because}`
    case 'session':
      return entry.code === null ? entry.session : `${entry.session}: ${entry.code}`
    case 'fault':
      return `fault ${entry.code}`
    case 'tokens':
      return 'tokens issued'
    case 'version':
      return `version ${plainText(entry.version)}`
    case 'bundle':
      return `bundle ${entry.version ?? 'without a version'}${entry.isRefused ? ', a newer one refused' : ''}`
    case 'certificate':
      return `certificate ${entry.fingerprint.slice(0, 16)}`
    case 'unreadable':
      return `said on ${entry.topic} what nobody can read`
    case 'receipt':
      return `${entry.receipt.order ?? 'what was sent'} ${outcomeWords(entry.receipt.outcome)}`
    case 'no-receipt':
      return `what calls itself a receipt ${receiptFaultWords(entry.why)}`
  }
}

const clockTime = (epochMs: number) => new Date(epochMs).toLocaleTimeString([], { hourCycle: 'h23' })

function diagnosticsOf(entry: TimelineEntry): string | null {
  if (entry.kind !== 'receipt' || entry.receipt.outcome.kind !== 'done') return null
  const { diagnostics } = entry.receipt.outcome
  return diagnostics === undefined ? null : plainLines(diagnostics)
}

type KioskDetailProps = { known: KnownKiosk; nowEpochMs: number; onClose: () => void }

export function KioskDetail({ known, nowEpochMs, onClose }: KioskDetailProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const { deviceId, reported, timeline } = known
  // Whoever opens it goes on from here, with the keyboard too.
  useEffect(() => heading.current?.focus(), [deviceId])
  const facts = describeKiosk(known, nowEpochMs)
  const rows: readonly (readonly [string, string])[] = [
    ['Name', facts.name],
    ['Site', facts.site],
    ['Tenant', facts.tenant],
    ['Presence', facts.presence],
    ['State', facts.state ?? '–'],
    ['Ended because', reported?.session.endedBecause ?? '–'],
    ['Last token', agoWords(facts.lastTokenIssueEpochMs, nowEpochMs)],
    ['Valid for', leftWords(facts.tokenValidUntilEpochMs, nowEpochMs)],
    ['Painted', facts.painted ?? '–'],
    ['Version', facts.version],
    ['Bundle', facts.bundleVersion === null ? '–' : String(facts.bundleVersion)],
    ['In service', reported?.isActivated === true ? 'yes' : 'not yet'],
    ['Certificate', facts.certificateDays === null ? '–' : `${facts.certificateDays} days left`],
    ['Last error', facts.lastFault?.code ?? '–'],
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
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value || '–'}</dd>
          </div>
        ))}
      </dl>
      <h3>Since this page was opened</h3>
      <ol className="timeline">
        {timeline.map((entry, index) => (
          <li key={timeline.length - index}>
            <time dateTime={new Date(entry.atEpochMs).toISOString()}>{clockTime(entry.atEpochMs)}</time>
            <span>{entryWords(entry)}</span>
            {diagnosticsOf(entry) !== null && <pre>{diagnosticsOf(entry)}</pre>}
          </li>
        ))}
      </ol>
    </section>
  )
}
