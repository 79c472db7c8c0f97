/** What the journal of orders holds, and how each event changes it: pure functions from one journal to the next. Never writes. */
import { z } from 'zod'
import {
  ORDER_CLOCK_TOLERANCE_SECONDS,
  ORDER_LIFE_LIMIT_SECONDS,
  orderIdSchema,
  orderNameSchema,
  type ReceiptPayload,
  receiptPayloadSchema,
} from '../../contract/remote-orders.ts'
import type { OrderClock, OrderStanding } from './order-policy.ts'

/** Fifty orders a day for as long as one lives. */
export const SEEN_LIMIT = 700
/** Beyond it, for orders that were refused and could be carried out another time. */
const REFUSED_RESERVE = 100
const RECEIPT_LIMIT = 32

/** What is known of an order when it is accepted; with its outcome it becomes a receipt. */
const owedSchema = receiptPayloadSchema
  .omit({ outcome: true, finishedAtEpochMs: true, finishedClock: true })
  .extend({ orderId: orderIdSchema, order: orderNameSchema })
export type OwedOrder = z.infer<typeof owedSchema>

export const journalSchema = z.strictObject({
  version: z.literal(1),
  deviceId: z.string(),
  /** As in `OrderMemory`. */
  beganEpochMs: z.number().nullable(),
  /** Which clock told that moment; null where only the time of a damaged file's reading is known. */
  beganClock: z.enum(['provider', 'broker', 'own']).nullable().default(null),
  /** The latest moment that anybody trusted has spoken of. */
  floorEpochMs: z.number(),
  /** By id: when it may be forgotten. */
  seen: z.record(orderIdSchema, z.number()),
  /** Accepted, and perhaps not carried out yet. */
  owed: z.array(owedSchema),
  /** Not taken by the broker yet, the oldest first. */
  receipts: z.array(receiptPayloadSchema),
})
export type Journal = z.infer<typeof journalSchema>
export type JournalChange = (journal: Journal) => Journal

export function emptyJournal(deviceId: string): Journal {
  return {
    version: 1,
    deviceId,
    beganEpochMs: null,
    beganClock: null,
    floorEpochMs: 0,
    seen: {},
    owed: [],
    receipts: [],
  }
}

/** @param ownEpochMs the kiosk's own clock, until a better one is asked: the first order comes with a time */
export function journalAfterDamage(deviceId: string, ownEpochMs: number): Journal {
  return { ...emptyJournal(deviceId), beganEpochMs: ownEpochMs }
}

/** What a refused order is remembered by, so that the same bytes are never carried out another time. */
export type RefusedOrder = { orderId: string; issuedAtEpochMs: number; forgetAfterEpochMs: number }

export type OrderTerms = { forgetAfterEpochMs: number; floorEpochMs: number }

export function accepting(order: OwedOrder, { forgetAfterEpochMs, floorEpochMs }: OrderTerms): JournalChange {
  return (journal) => ({
    ...journal,
    floorEpochMs: Math.max(journal.floorEpochMs, floorEpochMs),
    seen: { ...journal.seen, [order.orderId]: forgetAfterEpochMs },
    owed: [...journal.owed, order],
  })
}

/** Nothing is owed for it any more but its receipt. */
export function settling(receipt: ReceiptPayload): JournalChange {
  return (journal) => ({
    ...journal,
    owed: journal.owed.filter(({ orderId }) => orderId !== receipt.orderId),
    receipts: withRoom([...journal.receipts, receipt]),
  })
}

/**
 * @param receipt null where so many were refused that this one is only counted
 * @param order null where it can never be carried out, by any clock
 */
export function refusing(receipt: ReceiptPayload | null, order: RefusedOrder | null): JournalChange {
  return (journal) => {
    const receipts = receipt ? withRoom([...journal.receipts, receipt]) : journal.receipts
    if (!order) return { ...journal, receipts }
    const { orderId, issuedAtEpochMs, forgetAfterEpochMs } = order
    if (Object.keys(journal.seen).length < SEEN_LIMIT + REFUSED_RESERVE) {
      return { ...journal, receipts, seen: { ...journal.seen, [orderId]: forgetAfterEpochMs } }
    }
    // There is no room for its id: whatever was issued up to then counts as seen.
    const beganEpochMs = Math.max(journal.beganEpochMs ?? 0, issuedAtEpochMs + 1)
    return { ...journal, receipts, beganEpochMs, beganClock: journal.beganClock ?? 'provider' }
  }
}

export function delivering(receipt: ReceiptPayload): JournalChange {
  return (journal) => ({ ...journal, receipts: journal.receipts.filter((kept) => kept !== receipt) })
}

/** By the provider's clock alone: another one could be ahead, and let an order in twice. */
function forgetting(trustedEpochMs: number): JournalChange {
  return (journal) => {
    const kept = Object.entries(journal.seen).filter(([, untilEpochMs]) => untilEpochMs > trustedEpochMs)
    return kept.length === Object.keys(journal.seen).length ? journal : { ...journal, seen: Object.fromEntries(kept) }
  }
}

/** After this, whatever a damaged memory may have lost has expired. */
const DAMAGE_COUNTS_MS = (ORDER_LIFE_LIMIT_SECONDS + 2 * ORDER_CLOCK_TOLERANCE_SECONDS) * 1000

/**
 * Where it was damaged: since when it is whole again, as well as anybody knows by now.
 *
 * @param beganMsAgo how long ago it was begun anew; 0 where nobody knows
 */
function dating({ kind, nowEpochMs }: OrderClock, beganMsAgo: number): JournalChange {
  return (journal) => {
    const { beganEpochMs, beganClock } = journal
    if (beganEpochMs === null) return journal
    const told: Journal = { ...journal, beganEpochMs: nowEpochMs - beganMsAgo, beganClock: kind }
    if (kind !== 'provider') {
      // Once: each order brings a floor of its own.
      if (beganClock !== null) return journal
      return { ...told, beganEpochMs: Math.max(beganEpochMs, nowEpochMs - beganMsAgo) }
    }
    // Whichever clock told it before may have been behind or ahead.
    if (beganClock !== 'provider') return told
    if (nowEpochMs > beganEpochMs + DAMAGE_COUNTS_MS) return { ...journal, beganEpochMs: null, beganClock: null }
    return nowEpochMs < beganEpochMs ? told : journal
  }
}

/** The same journal where this time tells nothing new. */
export function tellingTime(clock: OrderClock, beganMsAgo: number): JournalChange {
  return (journal) => {
    const dated = dating(clock, beganMsAgo)(journal)
    if (clock.kind !== 'provider') return dated
    const forgotten = forgetting(clock.nowEpochMs)(dated)
    // A signer's clock, or another signer's expiry, had put it ahead of the truth.
    if (forgotten.floorEpochMs <= clock.nowEpochMs) return forgotten
    return { ...forgotten, floorEpochMs: clock.nowEpochMs }
  }
}

/** The receipt of an order that was carried out is worth more than that of a refusal. */
function withoutLeast(receipts: readonly ReceiptPayload[]): ReceiptPayload[] {
  const refusal = receipts.findIndex(({ outcome }) => outcome.kind === 'refused')
  return receipts.toSpliced(Math.max(refusal, 0), 1)
}

function withRoom(receipts: readonly ReceiptPayload[]): ReceiptPayload[] {
  return receipts.length > RECEIPT_LIMIT ? withoutLeast(receipts) : [...receipts]
}

/** Gives up receipts until it fits. @returns null where it is too large even without any */
export function fit(journal: Journal, limitBytes: number): Journal | null {
  let fitting = journal
  while (Buffer.byteLength(JSON.stringify(fitting)) > limitBytes) {
    if (fitting.receipts.length === 0) return null
    fitting = { ...fitting, receipts: withoutLeast(fitting.receipts) }
  }
  return fitting
}

/** Receipts make room for orders, up to here. */
const PROMISES_LIMIT_BYTES = 96 * 1024

/** Whether no further order may be accepted: it is refused rather than another one forgotten. */
export function isFull(journal: Journal): boolean {
  if (Object.keys(journal.seen).length >= SEEN_LIMIT) return true
  return JSON.stringify({ ...journal, receipts: [] }).length > PROMISES_LIMIT_BYTES
}

/** As `OrderMemory.find`. Other bytes under the same id are another message, whatever is open for the first. */
export function standingOf({ seen, owed, receipts }: Journal, orderId: string, orderHash: string): OrderStanding {
  const answers = receipts.filter(({ outcome }) => outcome.kind !== 'refused' || outcome.reason !== 'replayed')
  const isOpen = [...owed, ...answers].some((kept) => kept.orderId === orderId && kept.orderHash === orderHash)
  if (isOpen) return 'open'
  return Object.hasOwn(seen, orderId) ? 'closed' : 'unknown'
}
