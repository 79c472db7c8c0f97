import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { paceReconnects } from './reconnect-pace.ts'

const HIGHEST = () => 0.999_999

describe('the wait before the next connection', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const waitsOf = (pace: ReturnType<typeof paceReconnects>, count: number) =>
    Array.from({ length: count }, () => pace.nextDelayMs())

  it('grows with each end in a row, up to a minute', () => {
    expect(waitsOf(paceReconnects(HIGHEST), 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  })

  it('goes on growing where connections are lost before they have stood for a minute', () => {
    const pace = paceReconnects(HIGHEST)
    const waits = Array.from({ length: 5 }, () => {
      pace.connected(() => expect.unreachable('it has not stood'))
      vi.advanceTimersByTime(59_000)
      pace.lost()
      return pace.nextDelayMs()
    })
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000])
  })

  it('is short again once a connection has stood for a minute', () => {
    const pace = paceReconnects(HIGHEST)
    waitsOf(pace, 7)
    const onStanding = vi.fn()
    pace.connected(onStanding)
    vi.advanceTimersByTime(60_000)
    expect(onStanding).toHaveBeenCalledOnce()
    expect(pace.nextDelayMs()).toBe(1_000)
  })
})
