import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backOff, patientDelayMs } from './backoff.ts'

const LIMITS = { firstMs: 5_000, mostMs: 60_000 }

function waits(count: number, random: () => number) {
  const taken: { ceilingMs: number; delayMs: number }[] = []
  for (let turn = 0; turn < count; turn++) taken.push(backOff(taken.at(-1)?.ceilingMs ?? 0, LIMITS, random))
  return taken
}

describe('backoff', () => {
  it('doubles its ceiling up to the most', () => {
    const ceilings = waits(6, () => 0).map(({ ceilingMs }) => ceilingMs)
    expect(ceilings).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
  })

  it.each([
    [0, [2_500, 5_000, 10_000, 20_000, 0, 54_000]],
    [0.5, [3_750, 7_500, 15_000, 30_000, 30_000, 57_000]],
  ])('waits in the upper half, then takes a place in the minute and keeps it (random %d)', (random, delays) => {
    expect(waits(6, () => random).map(({ delayMs }) => Math.round(delayMs))).toEqual(delays)
  })

  it('never waits longer than its ceiling, whatever the dice say', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.infiniteStream(random), (dice) => {
        for (const { ceilingMs, delayMs } of waits(12, () => dice.next().value)) {
          expect(delayMs).toBeGreaterThanOrEqual(0)
          expect(delayMs).toBeLessThanOrEqual(ceilingMs)
        }
      }),
      { numRuns: 10_000 },
    )
  })
})

describe('a server’s wish', () => {
  it.each<[number | null, number, number]>([
    [null, 0.5, 0],
    [0, 0.5, 0],
    [10_000, 0, 10_000],
    [10_000, 0.5, 15_000],
    [600_000, 0.5, 630_000],
  ])('of %s ms is kept and spread (random %d)', (wishMs, random, delayMs) => {
    expect(patientDelayMs(wishMs, () => random)).toBe(delayMs)
  })
})
