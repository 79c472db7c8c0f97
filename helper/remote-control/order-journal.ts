/** Which orders this device has seen, what it still owes for them, and receipts that are not delivered. On a disk; holds no secret. */
import { z } from 'zod'
import {
  orderIdSchema,
  orderNameSchema,
  type ReceiptPayload,
  receiptPayloadSchema,
} from '../../contract/remote-orders.ts'
import type { Log } from '../log.ts'
import { checkStateFolder, readStateFile, writeStateFile } from '../state-file.ts'
import type { OrderMemory } from './order-policy.ts'

const FILE = 'orders.json'

/** All of it stays below what a state file may hold. Fifty orders a day for as long as one lives. */
const SEEN_LIMIT = 700
const RECEIPT_LIMIT = 32

/** What is known of an order when it is accepted; with its outcome it becomes a receipt. */
const owedSchema = receiptPayloadSchema
  .omit({ outcome: true, finishedAtEpochMs: true })
  .extend({ orderId: orderIdSchema, order: orderNameSchema })
export type OwedOrder = z.infer<typeof owedSchema>

const journalSchema = z.strictObject({
  version: z.literal(1),
  deviceId: z.string(),
  /** As in `OrderMemory`. */
  beganEpochMs: z.number().nullable(),
  /** The latest moment that anybody trusted has spoken of. */
  floorEpochMs: z.number(),
  /** By id: when it may be forgotten. */
  seen: z.record(orderIdSchema, z.number()),
  /** Accepted, and perhaps not carried out yet. */
  owed: z.array(owedSchema),
  /** Not taken by the broker yet, the oldest first. */
  receipts: z.array(receiptPayloadSchema),
})
type Journal = z.infer<typeof journalSchema>

export type OrderJournal = {
  memory: OrderMemory
  floorEpochMs(): number
  owed(): readonly OwedOrder[]
  receipts(): readonly ReceiptPayload[]
  /** Resolves once it is on the disk that this order was seen and is owed. @throws what the disk says */
  accept(order: OwedOrder, given: { forgetAfterEpochMs: number; floorEpochMs: number }): Promise<void>
  /** Resolves once it is on the disk that nothing is owed for it any more but its receipt. */
  settle(receipt: ReceiptPayload): Promise<void>
  /** The broker has it: a receipt that is delivered twice says the same twice, so that nobody waits for the disk. */
  delivered(receipt: ReceiptPayload): void
  /** @param trustedEpochMs by the provider's clock alone: another one could be ahead, and let an order in twice */
  forget(trustedEpochMs: number): void
  /** Resolves when everything is written that is to be. */
  close(): Promise<void>
}

function emptyJournal(deviceId: string, beganEpochMs: number | null): Journal {
  return { version: 1, deviceId, beganEpochMs, floorEpochMs: 0, seen: {}, owed: [], receipts: [] }
}

async function readJournal(stateFolder: string, deviceId: string, log: Log): Promise<Journal> {
  try {
    await checkStateFolder(stateFolder)
    const content = await readStateFile(stateFolder, FILE)
    if (content === undefined) return emptyJournal(deviceId, null)
    const journal = journalSchema.parse(content)
    // Orders for another device were never this one's to carry out.
    return journal.deviceId === deviceId ? journal : emptyJournal(deviceId, null)
  } catch (error) {
    log.error(
      { err: error, event: 'orders.memory-damaged' },
      'which orders were seen is not known: older ones are refused',
    )
    return emptyJournal(deviceId, Date.now())
  }
}

/** The receipt of an order that was carried out is worth more than that of a refusal. */
function withRoom(receipts: readonly ReceiptPayload[]): ReceiptPayload[] {
  if (receipts.length <= RECEIPT_LIMIT) return [...receipts]
  const refusal = receipts.findIndex(({ outcome }) => outcome.kind === 'refused')
  return receipts.toSpliced(Math.max(refusal, 0), 1)
}

export async function openOrderJournal(options: {
  stateFolder: string
  deviceId: string
  log: Log
}): Promise<OrderJournal> {
  const { stateFolder, deviceId, log } = options
  let journal = await readJournal(stateFolder, deviceId, log)
  let writing: Promise<void> = Promise.resolve()

  /** One after the other, each with all that is known by then. */
  function write(): Promise<void> {
    const written = writing.then(async () => {
      await checkStateFolder(stateFolder)
      await writeStateFile(stateFolder, FILE, journal)
    })
    writing = written.catch((error: unknown) => {
      log.error({ err: error, event: 'orders.not-kept' }, 'orders cannot be kept: the broker keeps them')
    })
    return written
  }

  return {
    memory: {
      get beganEpochMs() {
        return journal.beganEpochMs
      },
      get isFull() {
        return Object.keys(journal.seen).length >= SEEN_LIMIT
      },
      has: (orderId) => Object.hasOwn(journal.seen, orderId),
    },
    floorEpochMs: () => journal.floorEpochMs,
    owed: () => journal.owed,
    receipts: () => journal.receipts,
    async accept(order, { forgetAfterEpochMs, floorEpochMs }) {
      const before = journal
      journal = {
        ...journal,
        floorEpochMs: Math.max(journal.floorEpochMs, floorEpochMs),
        seen: { ...journal.seen, [order.orderId]: forgetAfterEpochMs },
        owed: [...journal.owed, order],
      }
      await write().catch((error: unknown) => {
        // The broker sends it again, and then it must not pass for one that was seen.
        journal = { ...journal, seen: before.seen, owed: before.owed }
        throw error
      })
    },
    async settle(receipt) {
      journal = {
        ...journal,
        owed: journal.owed.filter(({ orderHash }) => orderHash !== receipt.orderHash),
        receipts: withRoom([...journal.receipts, receipt]),
      }
      await write()
    },
    delivered(receipt) {
      journal = { ...journal, receipts: journal.receipts.filter((kept) => kept !== receipt) }
      write().catch(() => {
        // Said already; it is delivered once more after a restart.
      })
    },
    forget(trustedEpochMs) {
      const kept = Object.entries(journal.seen).filter(([, untilEpochMs]) => untilEpochMs > trustedEpochMs)
      // Everything that a damaged memory may have lost has expired by then.
      journal = { ...journal, seen: Object.fromEntries(kept) }
    },
    close: () => writing,
  }
}
