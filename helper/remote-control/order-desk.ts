/** Takes orders one by one: judged, kept, carried out, receipted. Never carries one out that a restart would not know of. */
import { setTimeout as wait } from 'node:timers/promises'
import type { OrderRefusal, ReceiptPayload } from '../../contract/remote-orders.ts'
import type { TrustedKey } from '../trust/public-key.ts'
import type { BrokerMessage } from './broker-connection.ts'
import type { OwedOrder, RefusedOrder } from './journal-changes.ts'
import { waitedSeconds } from './order-clock.ts'
import { forgottenAfterEpochMs, judgeOrder, type OrderMemory, type OrderVerdict } from './order-policy.ts'
import { createOrderWork, type OrderRecord } from './order-work.ts'
import { hashOfMessage, type ReadOrder, readOrder } from './read-order.ts'
import { createRefusalLimit } from './refusal-limit.ts'

export type { OrderRecord }

/**
 * How long the broker waits for the acknowledgement of an order that takes its time, such as a renewal: it is on the disk
 * that it is owed, and no other order need wait for it. A start waits no longer for what is owed.
 */
const EFFECT_LIMIT_MS = 2_000

/** How soon a memory that could not be read at the start is tried again, though no order comes. */
const READ_AGAIN_MS = 5_000

type DeskOptions = Parameters<typeof createOrderWork>[0] & {
  deviceId: string
  /** As they are pinned now. @throws where nobody can say; the order is not acknowledged then */
  readKeys: () => Promise<readonly TrustedKey[]>
}

export type OrderDesk = {
  /** Resolves when the broker may forget it. @throws what the disk says where it cannot be kept */
  take(message: BrokerMessage): Promise<void>
  /** Carries out what a helper before this one had promised; resolves when that holds up no sign-in any more. */
  payOwed(): Promise<void>
  /** Resolves when nothing is under way any more that this stop has time for. */
  settled: ReturnType<typeof createOrderWork>['settled']
}

/** An old order, or another device's, proves no key of whoever sends it here. */
const ANYBODY_MAY_SEND: readonly OrderRefusal[] = ['replayed', 'wrong-device']

/** Nothing is known, and nothing may be kept. */
const NO_MEMORY: OrderMemory = { beganEpochMs: null, isFull: false, find: () => 'unknown' }

/** When it was signed, and how long the broker has kept it since. Null where nobody says so whom we trust. */
function floorOf(payload: unknown, { leftSeconds }: BrokerMessage): number | null {
  const { iat } = Object(payload)
  return Number.isSafeInteger(iat) ? (iat + waitedSeconds(leftSeconds)) * 1000 : null
}

/** What came, and when: of everything that is answered. */
type Received = Pick<ReceiptPayload, 'deviceId' | 'orderHash' | 'metIn' | 'clock' | 'receivedAtEpochMs'>

export function openOrderDesk(options: DeskOptions): OrderDesk {
  const { deviceId, journal, readKeys, tellTime, kiosk, deliver, log } = options
  const work = createOrderWork(options)
  /** Whoever holds no key cannot use up what is there for those who do. */
  const limits = { signed: createRefusalLimit(), unsigned: createRefusalLimit() }
  let isPaid = false

  /** What was owed and could not be read at the start. */
  async function payOnce(): Promise<void> {
    if (isPaid) return
    isPaid = true
    for (const receipt of journal.receipts()) deliver(receipt)
    await work.payOwed()
  }

  async function limited(effect: Promise<unknown>): Promise<void> {
    const limit = new AbortController()
    const over = wait(EFFECT_LIMIT_MS, undefined, { signal: limit.signal, ref: false }).catch(() => {})
    await Promise.race([effect, over])
    limit.abort()
  }

  async function tellTimeOf(read: ReadOrder, message: BrokerMessage) {
    const claimedEpochMs = read.kind === 'signed' ? floorOf(read.payload, message) : null
    const floorEpochMs = Math.max(journal.floorEpochMs(), claimedEpochMs ?? 0)
    const clock = await tellTime(floorEpochMs)
    // A floor beyond the provider's own time would make a later start refuse orders that are good.
    return { clock, floorEpochMs: clock.kind === 'provider' ? Math.min(floorEpochMs, clock.nowEpochMs) : floorEpochMs }
  }

  function judge(read: ReadOrder, about: Omit<Parameters<typeof judgeOrder>[1], 'deviceId'>): OrderVerdict {
    if (read.kind === 'signed') return judgeOrder(read.payload, { ...about, deviceId })
    return { kind: 'refuse', reason: read.reason, about: null, isToBeRemembered: false }
  }

  async function refuse(
    verdict: OrderVerdict & { kind: 'refuse' },
    received: Received,
    sinceMs: number,
  ): Promise<void> {
    const { reason, about, isToBeRemembered } = verdict
    const remembered: RefusedOrder | null =
      isToBeRemembered && about
        ? {
            orderId: about.jti,
            issuedAtEpochMs: about.iat * 1000,
            forgetAfterEpochMs: forgottenAfterEpochMs(about),
          }
        : null
    const needsKey = about !== null && !ANYBODY_MAY_SEND.includes(reason)
    const counted = limits[needsKey ? 'signed' : 'unsigned'].note(performance.now())
    if (counted === null) {
      // Nobody is told, but the same bytes are not carried out another time.
      if (remembered) await journal.refuse(null, remembered)
      return
    }
    const named = { orderHash: received.orderHash, orderId: about?.jti ?? null, order: about?.order ?? null }
    const outcome = { kind: 'refused' as const, reason, ...(counted > 0 && { unreceiptedBefore: counted }) }
    const finishedAtEpochMs = received.receivedAtEpochMs + Math.round(performance.now() - sinceMs)
    const receipt: ReceiptPayload = { ...received, ...named, outcome, finishedAtEpochMs }
    await work.say({ ...named, outcome })
    await journal.refuse(receipt, remembered)
    deliver(receipt)
  }

  /** @returns its effect, which begins then; null where it has none */
  async function admit(message: BrokerMessage): Promise<{ effect: Promise<void> } | null> {
    const sinceMs = performance.now()
    const metIn = kiosk.kind()
    const orderHash = hashOfMessage(message.payload)
    const { isRedelivered } = message
    const read = await readOrder(message.payload, await readKeys())
    const unreadable = await journal.ready().then(
      () => null,
      (error: unknown) => ({ error }),
    )
    const { clock, floorEpochMs } = await tellTimeOf(read, message)
    if (unreadable) {
      const verdict = judge(read, { orderHash, clock, memory: NO_MEMORY, isRedelivered })
      if (verdict.kind === 'carry-out') await work.endUnkept({ orderId: verdict.order.jti, order: verdict.order.order })
      throw unreadable.error
    }
    void payOnce()
    journal.noteTime(clock)
    // From the verdict to `accept` nothing may wait: of two deliveries of one order the second must find it known.
    const verdict = judge(read, { orderHash, clock, memory: journal.memory, isRedelivered })
    const received: Received = {
      deviceId,
      orderHash,
      metIn,
      clock: clock.kind,
      receivedAtEpochMs: Math.round(clock.nowEpochMs),
    }
    if (verdict.kind === 'refuse') {
      await refuse(verdict, received, sinceMs)
      return null
    }
    const { order } = verdict
    if (verdict.kind === 'known') {
      // It may still be on its way to the disk.
      await journal.kept(order.jti)
      return null
    }
    const owed: OwedOrder = { ...received, orderId: order.jti, order: order.order }
    const terms = { forgetAfterEpochMs: forgottenAfterEpochMs(order), floorEpochMs }
    await journal.accept(owed, terms).catch(async (error: unknown) => {
      await work.endUnkept(owed)
      throw error
    })
    return { effect: work.begin(owed, { kind: 'this', sinceMs }) }
  }

  return {
    async take(message) {
      const admitted = await work.track(admit(message))
      if (admitted) await limited(admitted.effect)
    },
    async payOwed() {
      const isReadable = await journal.ready().then(
        () => true,
        () => false,
      )
      if (isReadable) return limited(payOnce())
      log.warn('what is owed is not known: the memory of orders is read again')
      void (async () => {
        while (!isPaid) {
          await wait(READ_AGAIN_MS, undefined, { ref: false })
          await journal.ready().then(payOnce, () => {
            // Said when an order comes, and at the start.
          })
        }
      })()
    },
    settled: work.settled,
  }
}
