import { describe, expect, it } from 'vitest'
import { createServerClock } from './server-clock.ts'

const NOW_MS = Date.parse('2026-11-21T20:00:00.500Z')

describe('the provider’s clock', () => {
  it.each<[string, string | null, number | null]>([
    ['nothing without a Date', null, null],
    ['nothing from words', 'yesterday', null],
    ['no skew from the same second', 'Sat, 21 Nov 2026 20:00:00 GMT', 0],
    ['no skew that whole seconds cannot tell', 'Sat, 21 Nov 2026 20:00:01 GMT', 0],
    ['a provider that is ahead', 'Sat, 21 Nov 2026 20:01:30 GMT', 90_000],
    ['a provider that is behind', 'Sat, 21 Nov 2026 18:00:00 GMT', -7_200_000],
  ])('says %s', (_what, date, skewMs) => {
    const clock = createServerClock()
    clock.note(new Headers(date === null ? {} : { date }), NOW_MS - 100, NOW_MS + 100)
    expect(clock.skewMs()).toBe(skewMs)
  })

  it('goes by the newest answer', () => {
    const clock = createServerClock()
    clock.note(new Headers({ date: 'Sat, 21 Nov 2026 20:01:30 GMT' }), NOW_MS, NOW_MS)
    clock.note(new Headers({ date: 'Sat, 21 Nov 2026 20:00:00 GMT' }), NOW_MS, NOW_MS)
    expect(clock.skewMs()).toBe(0)
  })
})
