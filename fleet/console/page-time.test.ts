import { describe, expect, it } from 'vitest'
import { clockWords, dayWords } from './page-time.ts'

const AT = new Date(2026, 10, 17, 14, 2, 10).getTime()

describe('a moment', () => {
  it('is a time of today, and a day with its time before and after', () => {
    expect(clockWords(AT, AT + 60_000)).toBe('14:02:10')
    expect(clockWords(AT, AT + 86_400_000)).toBe('17 Nov 14:02')
    expect(dayWords(AT)).toBe('17 Nov 14:02')
  })
})
