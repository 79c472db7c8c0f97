/** Carries accepted orders out and receipts them. Never delivers an outcome that a restart would not know of. */
import { setTimeout as wait } from 'node:timers/promises'
import type { OrderDeed, OrderOutcome, ReceiptPayload } from '../../contract/remote-orders.ts'
import type { Log } from '../log.ts'
import { carryOut, endOnly, type OrderedKiosk } from './carry-out.ts'
import type { OwedOrder } from './journal-changes.ts'
import type { OrderJournal } from './order-journal.ts'
import type { OrderClock } from './order-policy.ts'

/** A wipe and an end must not wait for the session that they would end; the others need one that has begun. */
const BEFORE_START: readonly OwedOrder['order'][] = ['revoke-session', 'wipe']

/** How soon a disk that keeps nothing is tried again for the sake of an owed wipe. */
const DISK_LOOK_MS = 5_000

/** As the audit trail has them. */
export type OrderRecord = {
  order: ReceiptPayload['order']
  orderId: ReceiptPayload['orderId']
  orderHash: string
  outcome: OrderOutcome
}

type WorkOptions = {
  journal: OrderJournal
  /** @param floorEpochMs the truth is no earlier */
  tellTime: (floorEpochMs: number) => Promise<OrderClock>
  kiosk: OrderedKiosk
  /** Resolves when the session has begun, or nothing will begin. */
  started: Promise<unknown>
  /** Resolves once it is in the audit trail, or cannot be. */
  record: (record: OrderRecord) => Promise<unknown>
  deliver: (receipt: ReceiptPayload) => void
  /** What fails from then on may have failed for the stop alone. */
  isStopping: () => boolean
  log: Log
}

/** `sinceMs`: taken by this helper, then, on the monotonic clock. `earlier`: by one before it. */
type TakenBy = { kind: 'this'; sinceMs: number } | { kind: 'earlier' }

export type OrderWork = {
  /** Resolves when it is done, and its outcome on the disk, or a first try to write it has failed. */
  begin(order: OwedOrder, taken: TakenBy): Promise<void>
  /** What a disk cannot keep is not done, but nobody stays signed in for it. Once, however often it comes. */
  endUnkept(order: Pick<OwedOrder, 'orderId' | 'order'>): Promise<void>
  /** Carries out what a helper before this one had promised; resolves when what comes before any sign-in is done, or has to wait. */
  payOwed(): Promise<void>
  say(record: OrderRecord): Promise<unknown>
  /** A stop waits for it. */
  track<Result>(work: Promise<Result>): Promise<Result>
  /** A planned stop has time for a renewal, and for a look at the bundle that may be its reason; another leaves them to the next helper. */
  settled(how: { planned: boolean }): Promise<void>
}

export function createOrderWork(options: WorkOptions): OrderWork {
  const { journal, tellTime, kiosk, started, record, deliver, isStopping, log } = options
  const underWay = new Set<Promise<unknown>>()
  /** Those that may take longer than a plain stop has. */
  const patient = new Set<Promise<unknown>>()
  /** What was ended for orders that are not kept yet: their receipts say so later. */
  const endedFor = new Map<string, readonly OrderDeed[]>()

  function track<Result>(work: Promise<Result>, among = underWay): Promise<Result> {
    among.add(work)
    void work.catch(() => {}).finally(() => among.delete(work))
    return work
  }

  async function endUnkept({ orderId, order }: Pick<OwedOrder, 'orderId' | 'order'>): Promise<void> {
    if (!BEFORE_START.includes(order) || endedFor.has(orderId)) return
    endedFor.set(orderId, [])
    endedFor.set(orderId, await endOnly(kiosk))
  }

  function say({ order, orderId, orderHash, outcome }: OrderRecord): Promise<unknown> {
    const { kind, ...rest } = outcome
    log.info({ event: `order.${kind}`, order, orderId, orderHash, ...rest, diagnostics: undefined })
    // Before the outcome counts: what is done and not written down is done again, what is settled is not.
    return record({ order, orderId, orderHash, outcome })
  }

  /**
   * By the clock that judged it; of one that was taken days ago only a clock that is asked anew can tell.
   *
   * @returns what it is when it is finished
   */
  async function timing(
    { receivedAtEpochMs, clock }: OwedOrder,
    taken: TakenBy,
  ): Promise<() => Pick<ReceiptPayload, 'finishedAtEpochMs' | 'finishedClock'>> {
    const sinceThen = (epochMs: number, sinceMs: number) => Math.round(epochMs + performance.now() - sinceMs)
    if (taken.kind === 'this') return () => ({ finishedAtEpochMs: sinceThen(receivedAtEpochMs, taken.sinceMs) })
    const { nowEpochMs, kind } = await tellTime(Math.max(journal.floorEpochMs(), receivedAtEpochMs))
    const toldAtMs = performance.now()
    const told = kind === clock ? {} : { finishedClock: kind }
    return () => ({ finishedAtEpochMs: sinceThen(nowEpochMs, toldAtMs), ...told })
  }

  /** What came of it, with what was ended for it while no disk kept it. */
  function withEnded(outcome: OrderOutcome, orderId: string): OrderOutcome {
    const ended = endedFor.get(orderId)
    if (!ended || ended.length === 0 || outcome.kind !== 'done') return outcome
    return { ...outcome, did: [...ended, ...outcome.did.filter((deed) => deed !== 'nothing-to-end')] }
  }

  /** A session that a stop froze looks like none, and a renewal that it cut off like a refusal. Nothing of that is receipted. */
  function isLeftToNext({ order }: OwedOrder, outcome: OrderOutcome): boolean {
    if (!isStopping() || BEFORE_START.includes(order)) return false
    return outcome.kind !== 'done' || outcome.did.includes('bundle-unchanged')
  }

  async function perform(order: OwedOrder, taken: TakenBy): Promise<void> {
    const { order: name, orderId, orderHash } = order
    // Before its effect: a wipe leaves little time afterwards.
    const finishedNow = await timing(order, taken)
    const ended = endedFor.get(orderId) ?? []
    // Somebody else may have signed in since: that session is not the one that was meant. A wipe is not over yet.
    const effect: Promise<OrderOutcome> =
      name === 'revoke-session' && ended.length > 0
        ? Promise.resolve({ kind: 'done', did: [] })
        : carryOut(name, kiosk, taken.kind)
    const found = await effect.catch((error: unknown): OrderOutcome => {
      log.error({ err: error, orderId }, 'an order could not be carried out')
      return { kind: 'failed', reason: 'unexpected', code: null }
    })
    if (isLeftToNext(order, found)) {
      log.info({ orderId, order: name }, 'an order is left to the next helper: this one stops')
      return
    }
    const outcome = withEnded(found, orderId)
    const receipt: ReceiptPayload = { ...order, outcome, ...finishedNow() }
    await say({ order: name, orderId, orderHash, outcome })
    const { tried, kept } = journal.settle(receipt)
    void kept.then(
      () => deliver(receipt),
      (error: unknown) =>
        log.warn({ err: error, orderId }, 'the next helper does it again: no disk has kept that it is done'),
    )
    await tried
  }

  async function begin(order: OwedOrder, taken: TakenBy): Promise<void> {
    if (BEFORE_START.includes(order.order)) return track(perform(order, taken))
    await started
    // The helper that goes on with the session does it, or finds that there is none.
    if (isStopping()) return
    await track(perform(order, taken), patient)
  }

  /**
   * Each wipe ends this helper. Where its outcome could not be kept, every next one would find it owed, wipe and end: so the
   * disk has to show first that it keeps something.
   */
  async function payWipe(order: OwedOrder): Promise<void> {
    while (!(await journal.isWritable())) {
      await endUnkept(order)
      await wait(DISK_LOOK_MS, undefined, { ref: false })
    }
    await begin(order, { kind: 'earlier' })
  }

  function payOne(order: OwedOrder): Promise<unknown> {
    const { orderId, order: name } = order
    log.warn({ orderId, order: name }, 'an order is carried out that a helper before this one took')
    const paid = name === 'wipe' ? payWipe(order) : begin(order, { kind: 'earlier' })
    return paid.catch((error: unknown) => log.warn({ err: error, orderId }, 'an order is still owed'))
  }

  return {
    begin,
    endUnkept,
    say,
    track,
    async payOwed() {
      const [first, later] = [true, false].map((isBefore) =>
        journal.owed().filter(({ order }) => BEFORE_START.includes(order) === isBefore),
      )
      for (const order of later ?? []) void payOne(order)
      await Promise.all((first ?? []).map(payOne))
    },
    async settled({ planned }) {
      const awaited = () => [...underWay, ...(planned ? patient : [])]
      while (awaited().length > 0) await Promise.allSettled(awaited())
    },
  }
}
