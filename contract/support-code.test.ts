import { describe, expect, it } from 'vitest'
import { KIOSK_ERROR_CODES } from './kiosk-error.ts'
import { supportCode } from './support-code.ts'

describe('supportCode', () => {
  it('is a few letters and three digits', () => {
    for (const code of KIOSK_ERROR_CODES) expect(supportCode(code)).toMatch(/^[A-Z]{1,4}-[1-9]\d\d$/)
  })

  it('is different for every fault', () => {
    expect(new Set(KIOSK_ERROR_CODES.map(supportCode)).size).toBe(KIOSK_ERROR_CODES.length)
  })

  it('never changes, because it stands in runbooks', () => {
    expect(supportCode('provider-unreachable')).toMatchInlineSnapshot(`"PU-859"`)
  })
})
