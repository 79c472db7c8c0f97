/** Takes orders one by one: judged, kept, carried out, receipted. Never carries one out that a restart would not know of. */
import { setTimeout as wait } from 'node:timers/promises'
import type { OrderOutcome, ReceiptPayload } from '../../contract/remote-orders.ts'
import type { Log } from '../log.ts'
import type { TrustedKey } from '../trust/public-key.ts'
import type { BrokerMessage } from './broker-connection.ts'
import { carryOut, type OrderedKiosk } from './carry-out.ts'
import { waitedSeconds } from './order-clock.ts'
import type { OrderJournal, OwedOrder } from './order-journal.ts'
import { forgottenAfterEpochMs, judgeOrder, type OrderClock, type OrderVerdict } from './order-policy.ts'
import { hashOfMessage, readOrder } from './read-order.ts'

/**
 * How long the broker waits for the acknowledgement of an order that takes its time, such as a renewal: it is on the disk
 * that it is owed, and no other order need wait for it.
 */
const EFFECT_LIMIT_MS = 2_000

/** A wipe and an end must not wait for the session that they would end; the others need one that has begun. */
const BEFORE_START: readonly OwedOrder['order'][] = ['revoke-session', 'wipe']

/** As the audit trail has them. */
export type OrderRecord = {
  order: ReceiptPayload['order']
  orderId: ReceiptPayload['orderId']
  orderHash: string
  outcome: OrderOutcome
}

type DeskOptions = {
  deviceId: string
  journal: OrderJournal
  /** As they are pinned now. */
  readKeys: () => Promise<readonly TrustedKey[]>
  /** @param floorEpochMs the truth is no earlier */
  tellTime: (floorEpochMs: number) => Promise<OrderClock>
  kiosk: OrderedKiosk
  /** Resolves when the session has begun, or nothing will begin. */
  started: Promise<unknown>
  record: (record: OrderRecord) => void
  deliver: (receipt: ReceiptPayload) => void
  log: Log
}

export type OrderDesk = {
  /** Resolves when the broker may forget it. @throws what the disk says where it cannot be kept */
  take(message: BrokerMessage): Promise<void>
  /** Carries out what a helper before this one had promised. */
  payOwed(): void
  /** Resolves when nothing is under way that does not wait for the start. */
  settled(): Promise<void>
}

/** When it was signed, and how long the broker has kept it since. Null where nobody says so whom we trust. */
function floorOf(payload: unknown, { leftSeconds }: BrokerMessage): number | null {
  const { iat } = Object(payload)
  return Number.isSafeInteger(iat) ? (iat + waitedSeconds(leftSeconds)) * 1000 : null
}

export function openOrderDesk(options: DeskOptions): OrderDesk {
  const { deviceId, journal, readKeys, tellTime, kiosk, started, record, deliver, log } = options
  const underWay = new Set<Promise<unknown>>()
  /** Ended at once, though the disk could not keep them: once is enough, however often the broker sends them. */
  const endedUnkept = new Set<string>()

  /** A disk that is full must not keep anybody signed in; nothing else is worth doing that a restart would not know of. */
  async function endUnkept({ orderId, order }: OwedOrder): Promise<void> {
    if (order !== 'revoke-session' || endedUnkept.has(orderId)) return
    endedUnkept.add(orderId)
    await kiosk.revoke()
  }

  async function finish(
    order: Omit<ReceiptPayload, 'outcome' | 'finishedAtEpochMs'>,
    outcome: OrderOutcome,
    sinceMs: number,
  ) {
    const { orderHash, orderId, order: name, receivedAtEpochMs } = order
    const finishedAtEpochMs = receivedAtEpochMs + Math.round(performance.now() - sinceMs)
    const receipt: ReceiptPayload = { ...order, outcome, finishedAtEpochMs }
    const { kind, ...rest } = outcome
    log.info({ event: `order.${kind}`, order: name, orderId, orderHash, ...rest, diagnostics: undefined })
    record({ order: name, orderId, orderHash, outcome })
    await journal.settle(receipt)
    deliver(receipt)
  }

  async function perform(order: OwedOrder, sinceMs: number): Promise<void> {
    if (!BEFORE_START.includes(order.order)) await started
    const outcome = await carryOut(order.order, kiosk).catch((error: unknown): OrderOutcome => {
      log.error({ err: error, orderId: order.orderId }, 'an order could not be carried out')
      return { kind: 'failed', reason: 'unexpected', code: null }
    })
    await finish(order, outcome, sinceMs)
  }

  /** What is under way is known to a stop; a receipt that cannot be kept has been said. */
  function begin(order: OwedOrder, sinceMs: number): Promise<void> {
    const work = perform(order, sinceMs)
    const isWaiting = !BEFORE_START.includes(order.order)
    if (!isWaiting) underWay.add(work)
    void work.catch(() => {}).finally(() => underWay.delete(work))
    return work
  }

  async function judge(
    message: BrokerMessage,
  ): Promise<{ verdict: OrderVerdict; clock: OrderClock; floorEpochMs: number }> {
    const read = await readOrder(message.payload, await readKeys())
    const claimedEpochMs = read.kind === 'signed' ? floorOf(read.payload, message) : null
    const floorEpochMs = Math.max(journal.floorEpochMs(), claimedEpochMs ?? 0)
    const clock = await tellTime(floorEpochMs)
    if (clock.kind === 'provider') journal.forget(clock.nowEpochMs)
    if (read.kind === 'refused') {
      return { verdict: { kind: 'refuse', reason: read.reason, about: null }, clock, floorEpochMs }
    }
    const { memory } = journal
    const verdict = judgeOrder(read.payload, { deviceId, clock, memory, isRedelivered: message.isRedelivered })
    return { verdict, clock, floorEpochMs }
  }

  async function take(message: BrokerMessage): Promise<void> {
    const sinceMs = performance.now()
    const metIn = kiosk.kind()
    const orderHash = hashOfMessage(message.payload)
    const { verdict, clock, floorEpochMs } = await judge(message)
    const received = { deviceId, orderHash, metIn, clock: clock.kind, receivedAtEpochMs: Math.round(clock.nowEpochMs) }
    if (verdict.kind === 'known') return
    if (verdict.kind === 'refuse') {
      const { reason, about } = verdict
      const named = { ...received, orderId: about?.jti ?? null, order: about?.order ?? null }
      await finish(named, { kind: 'refused', reason }, sinceMs)
      return
    }
    const { order } = verdict
    const owed: OwedOrder = { ...received, orderId: order.jti, order: order.order }
    const keep = { forgetAfterEpochMs: forgottenAfterEpochMs(order), floorEpochMs }
    await journal.accept(owed, keep).catch(async (error: unknown) => {
      await endUnkept(owed)
      throw error
    })
    const limit = new AbortController()
    const limited = wait(EFFECT_LIMIT_MS, undefined, { signal: limit.signal, ref: false }).catch(() => {})
    await Promise.race([begin(owed, sinceMs), limited])
    limit.abort()
  }

  return {
    take(message) {
      const taking = take(message)
      underWay.add(taking)
      void taking.catch(() => {}).finally(() => underWay.delete(taking))
      return taking
    },
    payOwed() {
      for (const order of journal.owed()) {
        log.warn(
          { orderId: order.orderId, order: order.order },
          'an order is carried out that a helper before this one took',
        )
        void begin(order, performance.now()).catch(() => {})
      }
    },
    async settled() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
  }
}
