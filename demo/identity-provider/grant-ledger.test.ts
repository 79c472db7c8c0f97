import { describe, expect, it } from 'vitest'
import { GrantLedger } from './grant-ledger.ts'

describe('the ledger of codes that a portal decides', () => {
  it('lets a code be claimed once, and again only after the approval failed', () => {
    const ledger = new GrantLedger()
    ledger.noteHandover('device-code')
    expect(ledger.claim('device-code', 'alex')).toBe(true)
    expect(ledger.claim('device-code', 'samira')).toBe(false)
    ledger.release('device-code')
    expect(ledger.boundAccountOf('device-code')).toBeUndefined()
    expect(ledger.claim('device-code', 'samira')).toBe(true)
  })
})
