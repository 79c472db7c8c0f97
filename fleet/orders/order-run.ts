/** How far an order to several kiosks has come. Pure. A kiosk's own receipt, checked, is all that ends the waiting for it. */
import { assertNever } from '../../contract/kiosk-error.ts'
import type { OrderName, ReceiptPayload } from '../../contract/remote-orders.ts'

export type Standing =
  | { kind: 'waiting'; isAtBroker: boolean }
  | { kind: 'receipted'; receipt: ReceiptPayload; afterMs: number }
  /** The broker keeps nothing for it: it was never there, or for too long. */
  | { kind: 'nobody-there' }
  /** The broker did not take it. */
  | { kind: 'not-sent'; why: string }
  /** Nobody goes on with it. `isOnTheWay` where it had left us, so that the broker may have it or not. */
  | { kind: 'given-up'; isOnTheWay: boolean }

export type OrderRun = {
  order: OrderName
  startedAtMs: number
  kiosks: ReadonlyMap<string, { orderHash: string; standing: Standing }>
}

export type RunEvent =
  | { kind: 'sent'; deviceId: string; isAnybodyThere: boolean }
  | { kind: 'not-sent'; deviceId: string; why: string }
  | { kind: 'receipt'; deviceId: string; receipt: ReceiptPayload }

export function startRun(
  order: OrderName,
  orders: readonly { deviceId: string; orderHash: string }[],
  startedAtMs: number,
): OrderRun {
  const kiosks = orders.map(
    ({ deviceId, orderHash }) => [deviceId, { orderHash, standing: { kind: 'waiting', isAtBroker: false } }] as const,
  )
  return { order, startedAtMs, kiosks: new Map(kiosks) }
}

/** A broker that delivers twice makes a kiosk refuse the second: that it was done is what counts. */
function isBetter(before: Standing, { outcome }: ReceiptPayload): boolean {
  if (before.kind !== 'receipted') return true
  const { outcome: known } = before.receipt
  return known.kind === 'refused' && known.reason === 'replayed' && outcome.kind !== 'refused'
}

function nextStanding(before: Standing, event: RunEvent, afterMs: number): Standing {
  switch (event.kind) {
    case 'sent': {
      if (before.kind !== 'waiting') return before
      return event.isAnybodyThere ? { kind: 'waiting', isAtBroker: true } : { kind: 'nobody-there' }
    }
    case 'not-sent':
      return before.kind === 'waiting' ? { kind: 'not-sent', why: event.why } : before
    case 'receipt':
      return isBetter(before, event.receipt) ? { kind: 'receipted', receipt: event.receipt, afterMs } : before
    default:
      return assertNever(event)
  }
}

/** @returns the same run where the event is about none of its orders */
export function stepRun(run: OrderRun, event: RunEvent, nowMs: number): OrderRun {
  const kiosk = run.kiosks.get(event.deviceId)
  if (!kiosk || (event.kind === 'receipt' && event.receipt.orderHash !== kiosk.orderHash)) return run
  const standing = nextStanding(kiosk.standing, event, nowMs - run.startedAtMs)
  if (standing === kiosk.standing) return run
  return { ...run, kiosks: new Map(run.kiosks).set(event.deviceId, { ...kiosk, standing }) }
}

/** @returns the run as it is left: what the broker has not acknowledged is nowhere that anybody knows of */
export function endRun(run: OrderRun, isOnTheWay: (deviceId: string) => boolean): OrderRun {
  const kiosks = [...run.kiosks].map(([deviceId, { orderHash, standing }]) => {
    const isLeft = standing.kind === 'waiting' && !standing.isAtBroker
    const left: Standing = isLeft ? { kind: 'given-up', isOnTheWay: isOnTheWay(deviceId) } : standing
    return [deviceId, { orderHash, standing: left }] as const
  })
  return { ...run, kiosks: new Map(kiosks) }
}

export type RunCounts = {
  kiosks: number
  done: number
  refused: number
  failed: number
  /** Of an order that has ended: the broker has it, and the kiosk has not answered. */
  waiting: number
  /** Not known to be at the broker, or not kept there. */
  notSent: number
}

export function countRun({ kiosks }: OrderRun): RunCounts {
  const counts = { kiosks: kiosks.size, done: 0, refused: 0, failed: 0, waiting: 0, notSent: 0 }
  for (const { standing } of kiosks.values()) {
    if (standing.kind === 'receipted') counts[standing.receipt.outcome.kind] += 1
    else if (standing.kind === 'waiting') counts.waiting += 1
    else counts.notSent += 1
  }
  return counts
}

/** Nobody is waited for any more. */
export function isRunOver(run: OrderRun): boolean {
  return countRun(run).waiting === 0
}
