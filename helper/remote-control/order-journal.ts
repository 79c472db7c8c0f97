/** Which orders this device has seen, what it still owes for them, and receipts that are not delivered. Promises nothing that no disk holds. */
import { setTimeout as wait } from 'node:timers/promises'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { ReceiptPayload } from '../../contract/remote-orders.ts'
import type { Log } from '../log.ts'
import {
  accepting,
  delivering,
  emptyJournal,
  fit,
  isFull,
  type Journal,
  type JournalChange,
  type OrderTerms,
  type OwedOrder,
  type RefusedOrder,
  refusing,
  settling,
  standingOf,
  tellingTime,
} from './journal-changes.ts'
import { JOURNAL_LIMIT_BYTES, type JournalFile, journalFileIn } from './journal-file.ts'
import type { OrderClock, OrderMemory } from './order-policy.ts'
import { readJournal } from './read-journal.ts'

/** How soon a disk that has failed is tried again. */
const RETRY_MS = 5_000

export type OrderJournal = {
  /** Resolves once what was seen is read. @throws what the disk says; the next call reads again */
  ready(): Promise<void>
  memory: OrderMemory
  floorEpochMs(): number
  owed(): readonly OwedOrder[]
  receipts(): readonly ReceiptPayload[]
  /**
   * Known to `memory` from the call on, so that no second delivery of it is accepted as well.
   *
   * @returns resolves once it is on the disk that this order was seen and is owed
   * @throws what the disk says; nobody has seen it then
   */
  accept(order: OwedOrder, terms: OrderTerms): Promise<void>
  /** Resolves when an order that is known is on the disk, at once where it is. @throws as its `accept` */
  kept(orderId: string): Promise<void>
  /**
   * Nothing is owed for it any more but its receipt.
   *
   * @returns `tried` resolves after the first try to write so; `kept` once it is on the disk, and rejects only at the end
   */
  settle(receipt: ReceiptPayload): { tried: Promise<void>; kept: Promise<void> }
  /** Resolves after the first try to write it down: a refusal needs no disk. */
  refuse(receipt: ReceiptPayload | null, order: RefusedOrder | null): Promise<void>
  /** The broker has it: a receipt that is delivered twice says the same twice, so that nobody waits for the disk. */
  delivered(receipt: ReceiptPayload): void
  /** With every order: what has expired is forgotten, and what a poorer clock had told is put right. */
  noteTime(clock: OrderClock): void
  /** Tries to write, though there may be nothing new. */
  isWritable(): Promise<boolean>
  /** Resolves when everything is written that is to be, or cannot be. */
  close(): Promise<void>
}

type JournalOptions = { file: JournalFile; deviceId: string; log: Log; ownEpochMs?: () => number; retryMs?: number }

export async function openOrderJournal({
  stateFolder,
  ...options
}: { stateFolder: string } & Omit<JournalOptions, 'file'>): Promise<OrderJournal> {
  return keepOrderJournal({ ...options, file: journalFileIn(stateFolder) })
}

/**
 * One queue of writes. A change that has happened (an outcome, a delivery) counts in memory at once and is written until it is
 * on the disk. A promise (`accept`) is written first and counts only then, so that there is nothing to take back.
 */
export async function keepOrderJournal(options: JournalOptions): Promise<OrderJournal> {
  const { file, deviceId, log, ownEpochMs = Date.now, retryMs = RETRY_MS } = options
  let journal: Journal = emptyJournal(deviceId)
  let isRead = false
  /** On the monotonic clock: when a damaged file was found, by this helper. */
  let damagedAtMs: number | null = null
  let reading: Promise<void> | null = null
  /** By the order's id: those that are on their way to the disk. */
  const promises = new Map<string, { orderHash: string; kept: Promise<void> }>()
  let queue: Promise<unknown> = Promise.resolve()
  /** How many changes have happened, and how many of them the disk holds. */
  let changes = 0
  let changesKept = 0
  const closing = new AbortController()
  let retrying: Promise<void> | null = null

  function ready(): Promise<void> {
    if (isRead) return Promise.resolve()
    reading ??= readJournal({ file, deviceId, log, ownEpochMs })
      .then((found) => {
        journal = found.journal
        damagedAtMs = found.damagedAtMs
        isRead = true
      })
      .finally(() => {
        reading = null
      })
    return reading
  }

  /** After all writes before it, of the newest journal. */
  function write(promise: JournalChange | null): Promise<void> {
    const written = queue.then(async () => {
      if (!isRead) throw new KioskError('unexpected', 'what is not read yet would be written over')
      const changesTaken = changes
      if (!promise && changesTaken === changesKept) return
      const fitting = fit(promise ? promise(journal) : journal, JOURNAL_LIMIT_BYTES)
      if (!fitting) throw new KioskError('unexpected', `the orders take more than ${JOURNAL_LIMIT_BYTES} bytes`)
      await file.write(fitting)
      changesKept = changesTaken
      if (promise) journal = promise(journal)
    })
    queue = written.catch((error: unknown) => {
      log.error({ err: error, event: 'orders.not-kept' }, 'orders cannot be kept: the broker keeps them')
    })
    return written
  }

  /** Until the disk holds whatever has happened. */
  function retry(): Promise<void> {
    retrying ??= (async () => {
      while (changesKept < changes) {
        await wait(retryMs, undefined, { ref: false, signal: closing.signal })
        await write(null).catch(() => {
          // Said already.
        })
      }
    })().finally(() => {
      retrying = null
    })
    return retrying
  }

  /** The broker does not take them, and there is room for so many. */
  function sayDropped(receiptsBefore: number): void {
    if (journal.receipts.length > receiptsBefore) return
    log.warn({ event: 'orders.receipt-dropped' }, 'a receipt is given up, for want of room')
  }

  /** @throws after the first try; further ones go on */
  async function change(apply: JournalChange): Promise<void> {
    journal = apply(journal)
    changes += 1
    await write(null).catch((error: unknown) => {
      retry().catch(() => {
        // The helper stops; the last try is `close`'s.
      })
      throw error
    })
  }

  function accept(order: OwedOrder, terms: OrderTerms): Promise<void> {
    const kept = write(accepting(order, terms)).finally(() => promises.delete(order.orderId))
    promises.set(order.orderId, { orderHash: order.orderHash, kept })
    return kept
  }

  await ready().catch((error: unknown) => {
    log.error({ err: error, event: 'orders.not-read' }, 'which orders were seen cannot be read now: none is taken')
  })
  return {
    ready,
    memory: {
      get beganEpochMs() {
        return journal.beganEpochMs
      },
      get isFull() {
        return isFull(journal)
      },
      find(orderId, orderHash) {
        const promise = promises.get(orderId)
        if (!promise) return standingOf(journal, orderId, orderHash)
        return promise.orderHash === orderHash ? 'open' : 'closed'
      },
    },
    floorEpochMs: () => journal.floorEpochMs,
    owed: () => journal.owed,
    receipts: () => journal.receipts,
    accept,
    kept: async (orderId) => promises.get(orderId)?.kept,
    settle(receipt) {
      const { length } = journal.receipts
      const settled = change(settling(receipt))
      sayDropped(length)
      const tried = settled.catch(() => {
        // Said already.
      })
      return { tried, kept: settled.catch(retry) }
    },
    async refuse(receipt, order) {
      const { length } = journal.receipts
      const refused = change(refusing(receipt, order))
      if (receipt) sayDropped(length)
      await refused.catch(() => {
        // Said already; it is delivered all the same.
      })
    },
    delivered(receipt) {
      change(delivering(receipt)).catch(() => {
        // Said already; it is delivered once more after a restart.
      })
    },
    noteTime(clock) {
      const beganMsAgo = damagedAtMs === null ? 0 : performance.now() - damagedAtMs
      const told = tellingTime(clock, beganMsAgo)(journal)
      if (told === journal) return
      const isNews = told.floorEpochMs !== journal.floorEpochMs || told.beganEpochMs !== journal.beganEpochMs
      journal = told
      changes += 1
      // What is forgotten can go with the next write.
      if (isNews)
        write(null).catch(() => {
          // The same is told again with the next order.
        })
    },
    isWritable: () =>
      write((same) => same).then(
        () => true,
        () => false,
      ),
    async close() {
      await queue
      closing.abort()
      await write(null).catch(() => {
        // Said already.
      })
    },
  }
}
