import { describe, expect, it } from 'vitest'
import { untranslated } from './untranslated.ts'

const english = [
  'Approve sign-in',
  'Code',
  'Main lobby',
  'Main lobby · Building 4',
  'Never type a code someone sent you.',
]

describe('untranslated', () => {
  it.each([
    ['nothing where every sentence was translated', ['Anmeldung bestätigen', 'Code', 'Main lobby'], []],
    ['a sentence that stayed English, once', ['Approve sign-in', 'Approve sign-in'], ['Approve sign-in']],
    ['no single word, which may be the same elsewhere', ['Code'], []],
    ['nothing that the kiosk was given', ['Main lobby', 'Main lobby · Building 4'], []],
  ])('finds %s', (_what, other, expected) => {
    expect(untranslated(english, other, '{"kioskName":"Main lobby","place":"Building 4"}')).toEqual(expected)
  })
})
