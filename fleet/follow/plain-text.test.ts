import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainLines, plainText } from './plain-text.ts'

describe('what somebody else wrote', () => {
  it.each([
    ['a name', 'Empfang · Gebäude 4', 'Empfang · Gebäude 4'],
    ['a name in another script', 'الاستقبال 受付', 'الاستقبال 受付'],
    ['what clears a screen', 'x\u001b[2J\u001b[H', 'x�[2J�[H'],
    ['what a terminal of old reads as one letter', 'x\u009b31m', 'x�31m'],
    ['a second line', 'lobby\r\nDR-0001 online', 'lobby��DR-0001 online'],
    ['what turns letters round', 'a\u202eb\u2066c', 'a�b�c'],
    ['what nobody sees', 'a\u200bb\ufeff', 'a�b�'],
    ['half a letter', 'a\ud83d', 'a�'],
  ])('is shown as it is, or without harm: %s', (_what, text, shown) => {
    expect(plainText(text)).toBe(shown)
  })

  it('never reaches a terminal with a control, however it is made', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const shown = plainText(text, 20)
        expect(shown).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
        expect([...shown].length).toBeLessThanOrEqual(20)
      }),
    )
  })

  it('keeps the lines of a text that has several', () => {
    expect(plainLines('one\u0007\ntwo')).toBe('one�\ntwo')
  })
})
