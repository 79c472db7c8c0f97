import { describe, expect, it } from 'vitest'
import { linearAxis, logAxis, spanAxis } from './chart-axis.ts'

describe('a chart’s axis', () => {
  it('ends at the first round number above the values', () => {
    expect(linearAxis(2.1).ticks).toEqual([0, 0.5, 1, 1.5, 2, 2.5])
    expect(linearAxis(1000).ticks).toEqual([0, 200, 400, 600, 800, 1000])
  })

  it('places values between its ends, and those beyond at the ends', () => {
    const { share } = linearAxis(10)
    expect([0, 5, 10, 99, -1].map(share)).toEqual([0, 0.5, 1, 1, 0])
  })

  it('marks decades where the span is wide', () => {
    expect(logAxis(150, 120_000).ticks).toEqual([100, 1_000, 10_000, 100_000])
  })

  it('marks twos and fives where it is narrow', () => {
    expect(logAxis(1, 40).ticks).toEqual([1, 2, 5, 10, 20, 50])
  })

  it('gives each decade the same room', () => {
    const { share } = logAxis(1, 10_000)
    expect(share(100)).toBeCloseTo(0.5)
    expect(share(0)).toBe(0)
  })

  it('keeps exact ends for time, with round numbers between them', () => {
    const { ticks, share } = spanAxis(-1, 12)
    expect(ticks).toEqual([0, 2, 4, 6, 8, 10, 12])
    expect([share(-1), share(12)]).toEqual([0, 1])
  })

  it('lives through a chart of zeros', () => {
    expect(linearAxis(0).share(0)).toBe(0)
    expect(spanAxis(3, 3).share(3)).toBe(0)
  })
})
