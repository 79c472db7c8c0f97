import { describe, expect, it } from 'vitest'
import { grows, readTrend } from './memory-trend.ts'

const cycles = (count: number, kilobytesAt: (cycle: number) => number) =>
  readTrend(
    'helper',
    Array.from({ length: count }, (_, cycle) => kilobytesAt(cycle)),
  )

describe('the trend of a process', () => {
  it.each<[what: string, kilobytesAt: (cycle: number) => number, isGrowing: boolean]>([
    ['a flat one', () => 80_000, false],
    ['one that keeps 30 kB of each session', (cycle) => 80_000 + 30 * cycle, true],
    ['one that keeps 10 kB of each session', (cycle) => 80_000 + 10 * cycle, false],
    ['a heap that saws up and down', (cycle) => 80_000 + (cycle % 9) * 900, false],
    ['a leak below a saw', (cycle) => 80_000 + (cycle % 9) * 900 + 40 * cycle, true],
    ['one that takes its size in the first fifth', (cycle) => 80_000 + Math.min(cycle, 60) * 500, false],
  ])('tells %s', (_what, kilobytesAt, isGrowing) => {
    expect(grows(cycles(300, kilobytesAt))).toBe(isGrowing)
  })

  it('judges no slope by a few cycles', () => {
    const trend = cycles(20, (cycle) => 1_000 * cycle)
    expect(trend).toEqual({ name: 'helper', firstKb: 0, lastKb: 19_000, mostKb: 19_000, slopeKbPerCycle: null })
    expect(grows(trend)).toBe(false)
  })
})
