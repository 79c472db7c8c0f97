import { describe, expect, it } from 'vitest'
import { untilPhase } from './await-phase.ts'

/** Timers of a busy machine are late, never early. */
const EARLY_MS = 2

describe('waiting for a phase between two polls', () => {
  it.each([
    { name: 'the next poll and a part of a period', polls: [0, 200, 400, 600], phase: 0.5, leastMs: 300 },
    { name: 'a poll that is not the code’s first', polls: [100, 300, 500], phase: 0.25, leastMs: 350 },
    {
      name: 'the same part again after a poll that came too soon',
      polls: [0, 200, 340, 900],
      phase: 0.8,
      leastMs: 500,
    },
  ])('waits for $name', async ({ polls, phase, leastMs }) => {
    const startedAtMs = performance.now()
    const passedMs = () => performance.now() - startedAtMs
    const arrivals = {
      arrivalsMs: () => polls.filter((atMs) => atMs <= passedMs()).map((atMs) => atMs + startedAtMs),
      periodMs: () => 200,
    }
    await untilPhase(phase, arrivals, AbortSignal.timeout(5_000))
    expect(passedMs()).toBeGreaterThanOrEqual(leastMs - EARLY_MS)
  })

  it('gives up with its signal', async () => {
    const ending = new AbortController()
    const waiting = untilPhase(0.5, { arrivalsMs: () => [], periodMs: () => 200 }, ending.signal)
    ending.abort()
    await expect(waiting).rejects.toThrow('aborted')
  })
})
