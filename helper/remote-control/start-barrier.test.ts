import { describe, expect, it } from 'vitest'
import { openStartBarrier, type StartBarrier } from './start-barrier.ts'

/** Plays a broker in its own time: `at` is done as soon as the clock has come to it. */
function play(at: [number, (barrier: StartBarrier) => void][], { stopsAtMs = Number.POSITIVE_INFINITY } = {}) {
  let nowMs = 0
  const left = [...at]
  const barrier = openStartBarrier({
    nowMs: () => nowMs,
    async pause(delayMs) {
      nowMs += delayMs
      for (const [, happen] of left.splice(0, left.filter(([dueMs]) => dueMs <= nowMs).length)) happen(barrier)
      await Promise.resolve()
    },
    isStopping: () => nowMs >= stopsAtMs,
  })
  return { wait: (limitMs: number) => barrier.wait(limitMs), nowMs: () => nowMs }
}

describe('a start', () => {
  it('goes on a moment after the subscription where the broker has nothing', async () => {
    const { wait, nowMs } = play([[200, (barrier) => barrier.subscribed()]])
    expect(await wait(4_000)).toBe(true)
    expect(nowMs()).toBe(500)
  })

  it('waits for an order that is being taken, and for what comes after it', async () => {
    const taken = Promise.withResolvers<void>()
    const { wait, nowMs } = play([
      [100, (barrier) => barrier.subscribed()],
      [200, (barrier) => void barrier.during(() => taken.promise)],
      [2_000, () => taken.resolve()],
    ])
    expect(await wait(4_000)).toBe(true)
    expect(nowMs()).toBeGreaterThanOrEqual(2_300)
    expect(nowMs()).toBeLessThan(2_500)
  })

  it('waits no longer than it may for a broker that cannot be reached', async () => {
    const { wait, nowMs } = play([])
    expect(await wait(4_000)).toBe(false)
    expect(nowMs()).toBe(4_000)
  })

  it('waits for nobody where it may not', async () => {
    const { wait, nowMs } = play([])
    expect(await wait(0)).toBe(false)
    expect(nowMs()).toBe(0)
  })

  it('ends with a stop', async () => {
    const { wait, nowMs } = play([], { stopsAtMs: 150 })
    expect(await wait(4_000)).toBe(false)
    expect(nowMs()).toBe(150)
  })
})
