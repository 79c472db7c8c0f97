import { describe, expect, it } from 'vitest'
import { ENTRA_HINTS, readEntraHint } from './entra-hints.ts'

describe('readEntraHint', () => {
  it.each([
    ['AADSTS7000218', /Allow public client flows/],
    ['AADSTS50131', /Conditional Access/],
    ['AADSTS90055', /too many requests/],
  ])('knows what to do about %s', (providerError, hint) => {
    expect(readEntraHint(providerError)).toMatch(hint)
  })

  it.each([null, '', 'invalid_client', 'AADSTS', 'AADSTS1', '7000218', 'AADSTS7000218x'])(
    'has no hint for %j',
    (other) => {
      expect(readEntraHint(other)).toBeNull()
    },
  )
})

describe('ENTRA_HINTS', () => {
  it('name each number once', () => {
    const numbers = ENTRA_HINTS.flatMap((hint) => hint.numbers)
    expect(new Set(numbers).size).toBe(numbers.length)
  })
})
