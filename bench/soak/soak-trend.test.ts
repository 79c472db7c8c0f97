/** Tests that growth is told from garbage, and from the beginning of a run. */
import { describe, expect, it } from 'vitest'
import { collectionFloors, readTrend, type SoakSample } from './soak-trend.ts'

const EVERY_SECONDS = 5

/** Half an hour of samples. */
function samplesOf(differ: (index: number, atMinutes: number) => Partial<SoakSample>): SoakSample[] {
  return Array.from({ length: 360 }, (_, index) => {
    const atSeconds = index * EVERY_SECONDS
    const flat = { atSeconds, processId: 1, residentKb: 100_000, heapUsedKb: 20_000, timers: 3, sockets: 5 }
    return { ...flat, ...differ(index, atSeconds / 60) }
  })
}

describe('the floors of a heap', () => {
  it('are the samples right after a fall, and no small dips', () => {
    const points = [20_000, 21_500, 21_000, 18_000, 18_500, 16_000].map((value, at) => ({ at, value }))
    expect(collectionFloors(points)).toEqual([
      { at: 3, value: 18_000 },
      { at: 5, value: 16_000 },
    ])
  })
})

/** Collected every five minutes. */
function sawTooth(index: number): number {
  return 17_000 + (index % 60) * 130
}

describe('a trend', () => {
  it('is flat for a heap that saws up and down over a flat bottom', () => {
    const { heap } = readTrend(samplesOf((index) => ({ heapUsedKb: sawTooth(index) }))).slopeKbPerMinute
    expect(heap.ofFloors).toBeCloseTo(0)
  })

  it('finds a leak below the saw', () => {
    const leak = (index: number, atMinutes: number) => ({ heapUsedKb: sawTooth(index) + 30 * atMinutes })
    expect(readTrend(samplesOf(leak)).slopeKbPerMinute.heap.ofFloors).toBeCloseTo(30)
  })

  it('says nothing of floors that it did not see', () => {
    const { heap } = readTrend(samplesOf((index) => ({ heapUsedKb: 17_000 + index }))).slopeKbPerMinute
    expect(heap).toEqual({ ofAll: expect.closeTo(12), ofFloors: null })
  })

  it('tells a process that has levelled off from one that grows', () => {
    const { resident } = readTrend(
      samplesOf((_index, atMinutes) => ({ residentKb: 90_000 + 1_000 * Math.min(atMinutes, 15) })),
    ).slopeKbPerMinute
    expect(resident.ofAll).toBeGreaterThan(100)
    expect(resident.ofLastHalf).toBeCloseTo(0)
  })

  it('leaves the beginning out', () => {
    const { slopeKbPerMinute, timers } = readTrend(
      samplesOf((_index, atMinutes) => (atMinutes < 5 ? { residentKb: 80_000, timers: 9 } : {})),
    )
    expect(slopeKbPerMinute.resident).toEqual({ ofAll: 0, ofLastHalf: 0 })
    expect(timers).toEqual({ min: 3, max: 3 })
  })

  it('compares the timers of the second fifth with those of the last', () => {
    const { timersInFifths } = readTrend(samplesOf((_index, atMinutes) => ({ timers: Math.floor(atMinutes) })))
    expect(timersInFifths).toEqual({ second: 11, last: 29 })
  })
})
