import { describe, expect, it } from 'vitest'
import { agoText, dateText, spanText, timeText } from './time-words.ts'

describe('time in words', () => {
  it.each<[number, string]>([
    [-5, '0 seconds ago'],
    [89_999, '89 seconds ago'],
    [90_000, '1 minute ago'],
    [12 * 60_000, '12 minutes ago'],
    [5 * 3_600_000, '5 hours ago'],
    [72 * 3_600_000, '3 days ago'],
  ])('%i ms back is %s', (ms, text) => {
    expect(agoText('en', ms)).toBe(text)
  })

  it.each([
    ['de', 'vor 12 Minuten'],
    ['fr', 'il y a 12 minutes'],
    ['es', 'hace 12 minutos'],
    ['ar', 'قبل 12 دقيقة'],
  ] as const)('%s says %s', (language, text) => {
    expect(agoText(language, 12 * 60_000)).toBe(text)
  })

  it.each<[number, string]>([
    [41_000, '41 sec'],
    [80 * 60_000, '80 min'],
    [11 * 3_600_000 + 42 * 60_000, '11 hr 42 min'],
    [10 * 24 * 3_600_000, '10 days'],
  ])('%i ms last %s', (ms, text) => {
    expect(spanText('en', ms)).toBe(text)
  })

  it('names a date with its year', () => {
    expect(dateText('de', new Date(2026, 10, 2).getTime())).toBe('02.11.2026')
    expect(dateText('en', new Date(2026, 10, 2).getTime())).toBe('Nov 2, 2026')
  })

  it('names the day of another day only', () => {
    const noon = new Date(2026, 10, 2, 12, 5).getTime()
    expect(timeText('de', noon, noon + 60_000)).toBe('12:05')
    expect(timeText('de', noon - 24 * 3_600_000, noon)).toBe('1. Nov., 12:05')
  })
})
