import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ClockEvent, type KioskClock, startKioskClock } from './kiosk-clock.ts'

describe('the kiosk’s clock', () => {
  let events: ClockEvent[]
  let clock: KioskClock
  let stop: () => void
  /** What the machine did besides letting time pass. */
  let asleepMs: number
  let steppedMs: number

  beforeEach(() => {
    vi.useFakeTimers()
    events = []
    asleepMs = 0
    steppedMs = 0
    const monotonicMs = () => performance.now()
    ;({ clock, stop } = startKioskClock((event) => events.push(event), {
      monotonicMs,
      upMs: () => monotonicMs() + asleepMs,
      epochMs: () => 1_800_000_000_000 + monotonicMs() + asleepMs + steppedMs,
      random: Math.random,
    }))
  })
  afterEach(() => {
    stop()
    vi.useRealTimers()
  })

  it('has nothing to tell while time just passes', async () => {
    await vi.advanceTimersByTimeAsync(25_000)
    expect(events).toEqual([])
  })

  it('moves on through a sleep, and wakes whoever waited', async () => {
    const beforeMs = clock.nowMs()
    const done = vi.fn()
    void clock.wait(60_000, new AbortController().signal).then(done)
    asleepMs = 3_600_000
    await vi.advanceTimersByTimeAsync(1_000)
    expect(events).toEqual([{ kind: 'slept', forMs: 3_600_000 }])
    expect(clock.nowMs() - beforeMs).toBe(3_601_000)
    expect(done).toHaveBeenCalled()
  })

  it.each([7_200_000, -7_200_000])(
    'tells of a wall clock that was set by %d ms, and does not go by it',
    async (byMs) => {
      const beforeMs = clock.nowMs()
      steppedMs = byMs
      await vi.advanceTimersByTimeAsync(1_000)
      expect(events).toEqual([{ kind: 'stepped', byMs }])
      expect(clock.nowMs() - beforeMs).toBe(1_000)
    },
  )

  it('never ends a wait too soon', async () => {
    const startMs = clock.nowMs()
    let endedMs = 0
    void clock.wait(1_500.4, new AbortController().signal).then(() => {
      endedMs = clock.nowMs()
    })
    await vi.advanceTimersByTimeAsync(1_500)
    expect(endedMs).toBe(0)
    await vi.advanceTimersByTimeAsync(2)
    expect(endedMs - startMs).toBeGreaterThanOrEqual(1_500.4)
  })

  it('lets go of a wait that is given up, and leaves no timer', async () => {
    const giveUp = new AbortController()
    const waiting = clock.wait(60_000, giveUp.signal)
    giveUp.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(clock.wait(60_000, giveUp.signal)).rejects.toThrow('enough')
    stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})
