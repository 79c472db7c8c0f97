import { describe, expect, it } from 'vitest'
import { leastSquaresSlope } from './least-squares.ts'

describe('the line with the least squares', () => {
  it.each<[what: string, values: number[], slope: number]>([
    ['rises', [1, 2, 3, 4], 1],
    ['falls', [4, 2, 0], -2],
    ['is flat', [3, 3, 3], 0],
    ['goes through the middle of a scatter', [0, 2, 1, 3], 0.8],
    ['has no slope for one point', [7], 0],
    ['has no slope for none', [], 0],
  ])('%s', (_what, values, slope) => {
    expect(leastSquaresSlope(values.map((value, at) => ({ at, value })))).toBeCloseTo(slope)
  })
})
