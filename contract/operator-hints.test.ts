import { describe, expect, it } from 'vitest'
import { KIOSK_ERROR_CODES } from './kiosk-error.ts'
import { OPERATOR_HINTS } from './operator-hints.ts'

describe('OPERATOR_HINTS', () => {
  it('stand in the order of the codes', () => {
    expect(Object.keys(OPERATOR_HINTS)).toEqual(KIOSK_ERROR_CODES)
  })

  it.each(KIOSK_ERROR_CODES)('say in sentences what %s means and what to do', (code) => {
    const { meaning, remedy } = OPERATOR_HINTS[code]
    expect(meaning).toMatch(/^\S.*\.$/)
    expect(remedy).toMatch(/^\S.*\.$/)
  })

  it('say something different for each code', () => {
    const said = Object.values(OPERATOR_HINTS)
    expect(new Set(said.map(({ meaning }) => meaning)).size).toBe(said.length)
    expect(new Set(said.map(({ remedy }) => remedy)).size).toBe(said.length)
  })
})
