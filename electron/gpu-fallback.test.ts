import { describe, expect, it } from 'vitest'
import { countGpuLoss, type GpuRecord, isWithoutGpu, NO_GPU_LOSSES } from './gpu-fallback.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 3_600_000
const START_MS = 1_700_000_000_000

function after(...atMinutes: number[]): GpuRecord {
  return atMinutes.reduce((record, minute) => countGpuLoss(record, START_MS + minute * MINUTE_MS), NO_GPU_LOSSES)
}

describe('the fallback from the GPU', () => {
  it('gives it up at the fifth loss within ten minutes, for a day', () => {
    expect(isWithoutGpu(after(0, 1, 2, 3), START_MS + 3 * MINUTE_MS)).toBe(false)
    const given = after(0, 1, 2, 3, 9)
    expect(isWithoutGpu(given, START_MS + 9 * MINUTE_MS)).toBe(true)
    expect(isWithoutGpu(given, START_MS + 9 * MINUTE_MS + DAY_MS)).toBe(false)
  })

  it('keeps a GPU that is lost now and then', () => {
    const losses = Array.from({ length: 50 }, (_, index) => index * 3)
    expect(isWithoutGpu(after(...losses), START_MS + 150 * MINUTE_MS)).toBe(false)
  })

  it('changes nothing while it goes without one: there is nothing left to give up', () => {
    const given = after(0, 0, 0, 0, 0)
    expect(countGpuLoss(given, START_MS + MINUTE_MS)).toBe(given)
  })

  it('does not believe a record that a wrong clock wrote for years ahead', () => {
    expect(isWithoutGpu({ lossesAtEpochMs: [], withoutGpuUntilEpochMs: START_MS + 400 * DAY_MS }, START_MS)).toBe(false)
  })
})
