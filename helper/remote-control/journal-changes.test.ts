import { describe, expect, it } from 'vitest'
import { ORDER_LIFE_LIMIT_SECONDS, type ReceiptPayload } from '../../contract/remote-orders.ts'
import {
  accepting,
  emptyJournal,
  isFull,
  journalAfterDamage,
  type OwedOrder,
  refusing,
  SEEN_LIMIT,
  standingOf,
  tellingTime,
} from './journal-changes.ts'
import type { OrderClock } from './order-policy.ts'

const NOW = 1_800_000_000_000
const DAY_MS = 86_400_000
const HASH = 'h'.repeat(43)
const clock = (kind: OrderClock['kind'], nowEpochMs: number): OrderClock => ({ kind, nowEpochMs })
const id = (index: number) => String(index).padStart(22, '0')
const order: OwedOrder = {
  deviceId: 'DR-0042',
  orderHash: HASH,
  orderId: id(1),
  order: 'wipe',
  metIn: 'attract',
  receivedAtEpochMs: 1,
  clock: 'provider',
}
const refusal: ReceiptPayload = {
  ...order,
  outcome: { kind: 'refused', reason: 'too-many' },
  finishedAtEpochMs: 2,
}

describe('a memory that was damaged', () => {
  const damaged = (ownEpochMs: number) => journalAfterDamage('DR-0042', ownEpochMs)

  it.each<[string, number, OrderClock[], number | null]>([
    ['counts by its own clock before any other', NOW, [], NOW],
    ['counts from when it was read, by the provider’s clock', NOW - 5 * DAY_MS, [clock('provider', NOW)], NOW - 1_000],
    [
      'does not refuse for a year where its own clock was ahead',
      NOW + 365 * DAY_MS,
      [clock('provider', NOW)],
      NOW - 1_000,
    ],
    ['counts by the broker where that is later', NOW - DAY_MS, [clock('broker', NOW)], NOW - 1_000],
    ['is not moved by every order', NOW, [clock('own', NOW + 1_000), clock('broker', NOW + DAY_MS)], NOW],
    ['is set right as soon as the provider is known', NOW, [clock('own', NOW), clock('provider', NOW + 9)], NOW - 991],
    [
      'is whole once all that may be lost has expired',
      NOW,
      [clock('provider', NOW), clock('provider', NOW + ORDER_LIFE_LIMIT_SECONDS * 1000 + 300_000)],
      null,
    ],
    ['is not whole any sooner', NOW, [clock('provider', NOW), clock('provider', NOW + 13 * DAY_MS)], NOW - 1_000],
  ])('%s', (_what, ownEpochMs, clocks, beganEpochMs) => {
    const told = clocks.reduce((journal, time) => tellingTime(time, 1_000)(journal), damaged(ownEpochMs))
    expect(told.beganEpochMs).toBe(beganEpochMs)
  })
})

describe('the latest moment that was spoken of', () => {
  it('is taken back where the provider’s clock shows it ahead', () => {
    const ahead = accepting(order, { forgetAfterEpochMs: NOW, floorEpochMs: NOW + 16 * DAY_MS })(
      emptyJournal('DR-0042'),
    )
    expect(tellingTime(clock('own', NOW), 0)(ahead)).toBe(ahead)
    expect(tellingTime(clock('provider', NOW - 1), 0)(ahead).floorEpochMs).toBe(NOW - 1)
  })
})

describe('an order that was refused and would be good another time', () => {
  const refused = (index: number) => ({ orderId: id(index), issuedAtEpochMs: NOW + index, forgetAfterEpochMs: NOW })

  it('is known from then on', () => {
    const journal = refusing({ ...refusal, orderId: id(1) }, refused(1))(emptyJournal('DR-0042'))
    expect(standingOf({ ...journal, receipts: [] }, id(1), HASH)).toBe('closed')
  })

  it('counts as seen by its date where there is no room for its id', () => {
    const ids = Array.from({ length: SEEN_LIMIT + 99 }, (_, index) => [id(index), NOW])
    const nearlyFull = { ...emptyJournal('DR-0042'), seen: Object.fromEntries(ids) }
    expect(isFull(nearlyFull)).toBe(true)
    const full = refusing(refusal, refused(4_999))(nearlyFull)
    expect(full.beganEpochMs).toBeNull()
    const next = refusing(refusal, refused(5_000))(full)
    expect(Object.keys(next.seen)).toHaveLength(SEEN_LIMIT + 100)
    expect(next.beganEpochMs).toBe(NOW + 5_001)
  })
})
