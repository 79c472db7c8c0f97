import { describe, expect, it } from 'vitest'
import { mean, median, percentile, summarize } from './statistics.ts'

describe('statistics', () => {
  it.each([
    { share: 0.5, expected: 3 },
    { share: 0.95, expected: 5 },
    { share: 0.2, expected: 1 },
    { share: 0.21, expected: 2 },
    { share: 1, expected: 5 },
  ])('takes the nearest rank for the percentile $share', ({ share, expected }) => {
    expect(percentile([5, 1, 4, 2, 3], share)).toBe(expected)
  })

  it('means, and takes the lower middle of an even number of values for their median', () => {
    expect(mean([1, 2, 6])).toBe(3)
    expect(median([4, 1, 3, 2])).toBe(2)
    expect(summarize([1, 3])).toEqual({ count: 2, mean: 2, p50: 1, p95: 3 })
  })

  it('has no number for nothing', () => {
    expect(summarize([])).toEqual({ count: 0, mean: Number.NaN, p50: Number.NaN, p95: Number.NaN })
  })
})
