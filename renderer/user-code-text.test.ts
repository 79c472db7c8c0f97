import { describe, expect, it } from 'vitest'
import { spelledUserCode, userCodeGroups } from './user-code-text.ts'

describe('userCodeGroups', () => {
  it.each([
    ['WDJB-MJHT', ['WDJB', 'MJHT']],
    ['GTH4KP9QX', ['GTH', '4KP', '9QX']],
    ['BCDFGHJK', ['BCDF', 'GHJK']],
    ['ABC123', ['ABC', '123']],
    ['ABCD1234EF', ['ABCD', '1234', 'EF']],
    ['12-34-56', ['12', '34', '56']],
    ['WXYZ', ['WXYZ']],
    ['ABCD EFGH', ['ABCD', 'EFGH']],
  ])('cuts %s into groups', (userCode, expected) => {
    expect(userCodeGroups(userCode).map((group) => group.letters)).toEqual(expected)
  })

  it.each(['WDJB-MJHT', 'GTH4KP9QX', 'ABCD EFGH', '12-34-56'])(
    'shows every character of %s and no other',
    (userCode) => {
      const shown = userCodeGroups(userCode).map((group) => group.letters + group.separator)
      expect(shown.join('')).toBe(userCode)
    },
  )
})

describe('spelledUserCode', () => {
  it('spells letter by letter and names the dash', () => {
    expect(spelledUserCode('WDJB-MJHT', 'dash')).toBe('W, D, J, B, dash, M, J, H, T')
  })

  it('is silent about spaces', () => {
    expect(spelledUserCode('AB 12', 'dash')).toBe('A, B, 1, 2')
  })
})
