/** What is known of every kiosk, and how it came about. Pure. Nothing of it is signed but the receipts: the broker could say otherwise. */
import { assertNever } from '../../contract/kiosk-error.ts'
import type { ReceiptPayload } from '../../contract/remote-orders.ts'
import type { Presence, ReportedState } from '../../contract/reported-state.ts'
import type { ReceiptFault } from '../orders/check-receipt.ts'
import { plainText } from './plain-text.ts'
import type { FleetMessage } from './read-message.ts'

const TIMELINE_LIMIT = 60

type Unreadable = Extract<FleetMessage, { kind: 'unreadable' }>

/** `isLate` where it was true before `atEpochMs` already, nobody knows since when. */
export type TimelineEntry = { atEpochMs: number; isLate?: true } & (
  | { kind: 'presence'; presence: Presence['kind']; because: string | null }
  | { kind: 'session'; session: ReportedState['session']['kind']; code: string | null }
  | { kind: 'fault'; code: string }
  | { kind: 'tokens' }
  | { kind: 'version'; version: string }
  | { kind: 'bundle'; version: number | null; isRefused: boolean }
  | { kind: 'certificate'; fingerprint: string }
  | { kind: 'unreadable'; topic: string }
  | { kind: 'receipt'; receipt: ReceiptPayload }
  /** A statement on the receipts' topic that does not count. */
  | { kind: 'no-receipt'; why: ReceiptFault }
)

export type KnownKiosk = {
  deviceId: string
  presence: Presence | null
  reported: ReportedState | null
  /** Where the newest message is one that nobody can read: what is known from there is older. */
  unreadableTopics?: readonly Unreadable['topic'][]
  /** Somebody has signed in its name what it has not said. Nothing takes that back. */
  hasFalseReceipts?: boolean
  /** The newest first, by the clock of whoever looks on. */
  timeline: readonly TimelineEntry[]
}

export type FleetView = ReadonlyMap<string, KnownKiosk>

export type FleetEvent = (
  | Exclude<FleetMessage, { kind: 'receipt' }>
  | { kind: 'receipt'; deviceId: string; receipt: ReceiptPayload }
  | { kind: 'no-receipt'; deviceId: string; why: ReceiptFault }
) & {
  /** The broker had kept it, so that it is of any time before now: MQTT 5 §3.3.1.3. */
  isRetained?: boolean
}

/** What a new state tells that the one before did not. */
function newsOf(before: ReportedState | null, after: ReportedState, atEpochMs: number): TimelineEntry[] {
  const news: TimelineEntry[] = []
  const { session, lastFault, helper, certificate } = after
  if (before?.helper.version !== helper.version) news.push({ atEpochMs, kind: 'version', version: helper.version })
  if (before?.bundleVersion !== after.bundleVersion || before.bundleRefused !== after.bundleRefused) {
    news.push({ atEpochMs, kind: 'bundle', version: after.bundleVersion, isRefused: after.bundleRefused })
  }
  if (before && before.certificate.fingerprint !== certificate.fingerprint) {
    news.push({ atEpochMs, kind: 'certificate', fingerprint: plainText(certificate.fingerprint) })
  }
  if (lastFault && before?.lastFault?.atEpochMs !== lastFault.atEpochMs) {
    news.push({ atEpochMs, kind: 'fault', code: lastFault.code })
  }
  if (after.lastTokenIssueEpochMs !== null && before && before.lastTokenIssueEpochMs !== after.lastTokenIssueEpochMs) {
    news.push({ atEpochMs, kind: 'tokens' })
  }
  if (before?.session.kind !== session.kind || before.session.code !== session.code) {
    news.push({ atEpochMs, kind: 'session', session: session.kind, code: session.code })
  }
  return news
}

function entriesOf(known: KnownKiosk, event: FleetEvent, atEpochMs: number): TimelineEntry[] {
  switch (event.kind) {
    case 'reported':
      return newsOf(known.reported, event.state, atEpochMs)
    case 'presence': {
      const { presence } = event
      if (known.presence?.kind === presence.kind && known.presence.sinceEpochMs === presence.sinceEpochMs) return []
      const because = presence.kind === 'offline' ? presence.because : null
      return [{ atEpochMs, kind: 'presence', presence: presence.kind, because }]
    }
    case 'unreadable':
      return [{ atEpochMs, kind: 'unreadable', topic: event.topic }]
    case 'receipt':
      return [{ atEpochMs, kind: 'receipt', receipt: event.receipt }]
    case 'no-receipt':
      return [{ atEpochMs, kind: 'no-receipt', why: event.why }]
    default:
      return assertNever(event)
  }
}

/** What was so before anybody looked on is no news; what changed while nobody did is, though late. */
function datedEntriesOf(known: KnownKiosk, event: FleetEvent, atEpochMs: number): TimelineEntry[] {
  const entries = entriesOf(known, event, atEpochMs)
  if (event.isRetained !== true) return entries
  const isFirst = (event.kind === 'reported' && !known.reported) || (event.kind === 'presence' && !known.presence)
  return isFirst ? [] : entries.map((entry) => ({ ...entry, isLate: true }))
}

function unreadableAfter(
  { unreadableTopics: before = [] }: KnownKiosk,
  event: FleetEvent,
): readonly Unreadable['topic'][] {
  if (event.kind === 'unreadable') return before.includes(event.topic) ? before : [...before, event.topic]
  return before.some((topic) => topic === event.kind) ? before.filter((topic) => topic !== event.kind) : before
}

const unknown = (deviceId: string): KnownKiosk => ({ deviceId, presence: null, reported: null, timeline: [] })

export function noteEvent(known: KnownKiosk | undefined, event: FleetEvent, atEpochMs: number): KnownKiosk {
  const before = known ?? unknown(event.deviceId)
  const entries = datedEntriesOf(before, event, atEpochMs)
  return {
    ...before,
    ...(event.kind === 'reported' && { reported: event.state }),
    ...(event.kind === 'presence' && { presence: event.presence }),
    unreadableTopics: unreadableAfter(before, event),
    hasFalseReceipts: before.hasFalseReceipts === true || event.kind === 'no-receipt',
    timeline:
      entries.length === 0 ? before.timeline : [...entries.toReversed(), ...before.timeline].slice(0, TIMELINE_LIMIT),
  }
}
