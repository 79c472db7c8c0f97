/**
 * The audit trail of a running helper: takes events, writes them in turn, and counts what it cannot. Never holds up a kiosk,
 * whatever the disk does, and never drops an event without saying so.
 */
import { AUDIT_HEAD_TYPE, type AuditHead } from '../../contract/audit-head.ts'
import type { Log } from '../log.ts'
import { type AuditEvent, type AuditOwner, auditEventSchema, type RecordedEvent } from './audit-events.ts'
import type { KeptHead } from './audit-folder.ts'
import { AUDIT_LIMITS, type AuditLimits, type AuditWriter, openAuditWriter, type TimedEvent } from './audit-writer.ts'
import type { LeftState } from './left-session.ts'

/** Whoever waits for an event to be on the disk waits no longer: people stand at the screen, and a stop has 1.8 s in all. */
const PATIENCE_MS = 500
/** A full disk is no matter of seconds. Every new event tries as well. */
const TRY_AGAIN_MS = 10_000
/** Written and synced at once: few enough to fit where little room is left. */
const BATCH_LIMIT = 32
/** Events that wait for room; more of them are counted. */
const WAITING_LIMIT = 512

type Recorded = 'durable' | 'late'

/** For everybody who has something to record. */
export type AuditRecorder = {
  /**
   * @returns once it is on the disk, or, with `late`, after half a second at most: then it is kept in memory for as long as there
   *   is room, or counted as lost. Never rejects
   */
  record(event: RecordedEvent): Promise<Recorded>
}

export type AuditTrail = AuditRecorder & {
  /** Of the newest line on the disk; null before there is one. */
  head(): AuditHead | null
  /**
   * The same as a compact JWS of the device's key, for whoever keeps it outside the kiosk.
   *
   * @returns `unsigned` where this device has no certificate
   */
  signedHead(signer: HeadSigner | null): Promise<SignedHead>
  /** Writes what waits, for as long as `record` would; what cannot be written by then is lost with this helper, which logs it. */
  close(): Promise<void>
}

/** As much of the device's identity as signs a head. */
export type HeadSigner = { signJws(type: string, payload: object): Promise<string> }

type SignedHead =
  | { kind: 'none' }
  | { kind: 'unsigned'; head: AuditHead }
  | { kind: 'signed'; head: AuditHead; jws: string }

/** For what records nothing, such as checks that are run from a laptop. */
export const NO_AUDIT: AuditRecorder = { record: async () => 'durable' }

type Waiting = TimedEvent & { settle: (recorded: Recorded) => void }
type Loss = { count: number; sinceEpochMs: number; untilEpochMs: number }

/**
 * Opens in the background.
 *
 * @param options.first what has to be said before anything else, by what the helper before this one left
 */
export function openAuditTrail(options: {
  stateFolder: string
  owner: AuditOwner
  first: (left: LeftState) => RecordedEvent[]
  log: Pick<Log, 'error' | 'info'>
  limits?: AuditLimits
  tryAgainMs?: number
  patienceMs?: number
}): AuditTrail {
  const { stateFolder, owner, first, log, limits = AUDIT_LIMITS } = options
  const { tryAgainMs = TRY_AGAIN_MS, patienceMs = PATIENCE_MS } = options
  const openedAt = new Date()
  let writer: AuditWriter | null = null
  let waiting: Waiting[] = []
  let lost: Loss | null = null
  /** Of the newest line that this helper has written. */
  let newest: KeptHead | null = null
  let hasBegun = false
  let isFailing = false
  let isUntidy = false
  let working: Promise<void> | null = null
  let nextTry: NodeJS.Timeout | null = null

  function lose(at: Date): void {
    const atEpochMs = at.getTime()
    lost = { count: (lost?.count ?? 0) + 1, sinceEpochMs: lost?.sinceEpochMs ?? atEpochMs, untilEpochMs: atEpochMs }
  }

  async function open(): Promise<AuditWriter> {
    const opened = await openAuditWriter(stateFolder, owner, { limits, writtenLast: newest })
    if (!hasBegun) {
      hasBegun = true
      const settle = () => {}
      waiting.unshift(...first(opened.left).map((event) => ({ event, at: openedAt, settle })))
    }
    return opened
  }

  /** @returns what is to be written next: what waits, and once nothing waits any more, what could not wait */
  function nextBatch(): { batch: Waiting[]; events: TimedEvent[]; loss: Loss | null } {
    const batch = waiting.slice(0, BATCH_LIMIT)
    const events: TimedEvent[] = batch.map(({ event, at }) => ({ event, at }))
    const loss = batch.length === waiting.length ? lost : null
    if (loss) events.push({ event: { event: 'audit.events-lost', ...loss }, at: new Date() })
    return { batch, events, loss }
  }

  async function writeWaiting(): Promise<void> {
    writer ??= await open()
    while (waiting.length > 0 || lost) {
      const { batch, events, loss } = nextBatch()
      const { faults } = await writer.append(events)
      newest = writer.head()
      waiting = waiting.slice(batch.length)
      if (loss && lost === loss) lost = null
      else if (lost && loss) lost = { ...lost, count: lost.count - loss.count }
      for (const { settle } of batch) settle('durable')
      sayUntidy(faults)
      if (isFailing)
        log.info({ event: 'audit.written-again', lost: loss?.count ?? 0 }, 'the audit trail is written again')
      isFailing = false
    }
  }

  /** The lines are there: the log tells once of what is not. */
  function sayUntidy([err]: readonly unknown[]): void {
    if (err !== undefined && !isUntidy) {
      log.error(
        { err, event: 'audit.not-tidied' },
        'the trail is written, but its record is old or a pruned file is left',
      )
    }
    isUntidy = err !== undefined
  }

  async function closeWriter(): Promise<void> {
    const closing = writer
    writer = null
    await closing?.close()
  }

  async function fail(error: unknown): Promise<void> {
    if (!isFailing) {
      log.error(
        { err: error, event: 'audit.not-written' },
        'the audit trail cannot be written: it is tried again, and what is lost is counted',
      )
    }
    isFailing = true
    for (const { settle } of waiting) settle('late')
    await closeWriter().catch((fault: unknown) => log.error({ err: fault }, 'the audit trail’s file cannot be closed'))
    nextTry ??= setTimeout(() => {
      nextTry = null
      begin()
    }, tryAgainMs).unref()
  }

  function begin(): void {
    working ??= writeWaiting()
      .catch(fail)
      .finally(() => {
        working = null
        if (!isFailing && (waiting.length > 0 || lost)) begin()
      })
  }

  /** Null for what no schema of ours knows: a fault of ours, which must not become a hole that nobody sees. */
  function parse(event: RecordedEvent): AuditEvent | null {
    const parsed = auditEventSchema.safeParse(event)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    const where = `${event.event}.${issue?.path.join('.') ?? ''}`
    log.error({ event: 'audit.event-refused', where }, 'an event cannot be put on record as it is')
    return null
  }

  function head(): AuditHead | null {
    const known = newest ?? writer?.head()
    if (!known || known.sequence === 0) return null
    const { sequence, hash, atEpochMs } = known
    return { deviceId: owner.device, sequence, hash, atEpochMs }
  }

  begin()
  return {
    head,
    async signedHead(signer) {
      const payload = head()
      if (!payload) return { kind: 'none' }
      if (!signer) return { kind: 'unsigned', head: payload }
      return { kind: 'signed', head: payload, jws: await signer.signJws(AUDIT_HEAD_TYPE, payload) }
    },
    record(given) {
      const at = new Date()
      const event = parse(given)
      if (event === null || waiting.length >= WAITING_LIMIT) {
        lose(at)
        begin()
        return Promise.resolve('late')
      }
      const { promise, resolve } = Promise.withResolvers<Recorded>()
      const patience = setTimeout(() => resolve('late'), patienceMs).unref()
      const settle = (recorded: Recorded) => {
        clearTimeout(patience)
        resolve(recorded)
      }
      waiting.push({ event, at, settle })
      begin()
      return promise
    },
    async close() {
      if (nextTry) clearTimeout(nextTry)
      begin()
      const limit = Promise.withResolvers<void>()
      const patience = setTimeout(limit.resolve, patienceMs)
      await Promise.race([working, limit.promise])
      clearTimeout(patience)
      const count = waiting.length + (lost?.count ?? 0)
      if (count > 0) log.error({ event: 'audit.lost-at-stop', count }, 'the last events are not in the audit trail')
      if (!working) await closeWriter()
    },
  }
}
