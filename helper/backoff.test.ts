import { describe, expect, it } from 'vitest'
import { backoffDelayMs, raiseCeilingMs } from './backoff.ts'

describe('backoff', () => {
  it('doubles up to its most', () => {
    const ceilings = [5_000]
    for (let turn = 0; turn < 5; turn++) ceilings.push(raiseCeilingMs(ceilings.at(-1) ?? 0, 60_000))
    expect(ceilings).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
  })

  it.each([
    [0, 30_000],
    [0.5, 45_000],
    [0.999, 59_970],
  ])('waits in the upper half below its ceiling (random %d)', (random, delayMs) => {
    expect(backoffDelayMs(60_000, () => random)).toBe(delayMs)
  })
})
