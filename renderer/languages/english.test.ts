import { describe, expect, it } from 'vitest'
import { english } from './english.ts'

const troubles = Object.values(english.trouble.notices)

describe('English', () => {
  it('has a title and a body of its own for each fault', () => {
    expect(new Set(troubles.map(({ title }) => title)).size).toBe(troubles.length)
    expect(new Set(troubles.map(({ body }) => body)).size).toBe(troubles.length)
  })

  it.each([...troubles, ...Object.values(english.ended)])(
    'puts "$title" as a headline and whole sentences',
    (notice) => {
      expect(notice.title).not.toMatch(/[.!]$/)
      expect(notice.body).toMatch(/\.$/)
    },
  )

  it.each(troubles)('spares staff the words of technicians: $title', ({ title, body }) => {
    expect(`${title} ${body}`).not.toMatch(/\b(DNS|TLS|HTTP|OAuth|proxy|token|certificate|scope|client|provider)\b/i)
  })

  it('counts one second as one', () => {
    expect([1, 2].map(english.signedIn.idle.secondsLeft)).toEqual([
      'This session ends in 1 second.',
      'This session ends in 2 seconds.',
    ])
  })
})
