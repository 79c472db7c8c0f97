import { describe, expect, it } from 'vitest'
import { createServerClock } from './server-clock.ts'

const NOW_EPOCH_MS = Date.parse('2026-11-21T20:00:00.500Z')

/** A kiosk whose monotonic clock stands at ten seconds. */
function openClock() {
  const time = { monotonicMs: 10_000, wallEpochMs: NOW_EPOCH_MS }
  const clock = createServerClock({ nowMs: () => time.monotonicMs, epochMs: () => time.wallEpochMs })
  const note = (date: string | null) => clock.note(new Headers(date === null ? {} : { date }), 9_900, 10_100)
  return { clock, note, time }
}

describe('the provider’s clock', () => {
  it.each<[string, string | null, number | null]>([
    ['nothing without a Date', null, null],
    ['nothing from words', 'yesterday', null],
    ['no skew from the same second', 'Sat, 21 Nov 2026 20:00:00 GMT', 0],
    ['no skew that whole seconds cannot tell', 'Sat, 21 Nov 2026 20:00:01 GMT', 0],
    ['a provider that is ahead', 'Sat, 21 Nov 2026 20:01:30 GMT', 90_000],
    ['a provider that is behind', 'Sat, 21 Nov 2026 18:00:00 GMT', -7_200_000],
  ])('says %s', (_what, date, skewMs) => {
    const { clock, note } = openClock()
    note(date)
    expect(clock.skewMs()).toBe(skewMs)
  })

  it('goes by the newest answer', () => {
    const { clock, note } = openClock()
    note('Sat, 21 Nov 2026 20:01:30 GMT')
    note('Sat, 21 Nov 2026 20:00:00 GMT')
    expect(clock.skewMs()).toBe(0)
  })

  it('knows at once that the kiosk’s clock was set right, long after the last answer', () => {
    const { clock, note, time } = openClock()
    note('Sat, 21 Nov 2026 22:00:00 GMT')
    expect(clock.skewMs()).toBe(7_200_000)
    time.monotonicMs += 2_700_000
    time.wallEpochMs += 2_700_000 + 7_200_000
    expect(clock.skewMs()).toBe(0)
  })

  it('counts how long a cache has kept the answer', () => {
    const { clock } = openClock()
    const headers = new Headers({ date: 'Sat, 21 Nov 2026 19:50:00 GMT', age: '690' })
    clock.note(headers, 9_900, 10_100)
    expect(clock.skewMs()).toBe(90_000)
  })
})
