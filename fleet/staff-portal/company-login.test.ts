import { describe, expect, it } from 'vitest'
import { discover, refuseForeignIssuer } from './company-login.ts'

describe('discovering a provider', () => {
  it('refuses one that names another issuer, or any tenant’s', () => {
    const asked = 'https://login.microsoftonline.com/common/v2.0'
    const named = 'https://login.microsoftonline.com/{tenantid}/v2.0'
    expect(() => refuseForeignIssuer(named, asked)).toThrow(/calls itself .*\{tenantid\}/)
    expect(() => refuseForeignIssuer(asked, asked)).not.toThrow()
  })

  it('names the provider that does not answer, and why', async () => {
    const nobody = {
      issuer: 'https://127.0.0.1:1',
      clientId: 'x',
      clientSecret: 'x'.repeat(16),
      scope: '',
      origins: [],
    }
    await expect(discover(nobody)).rejects.toThrow(/https:\/\/127\.0\.0\.1:1: .*\(.*(ECONNREFUSED|bad port).*\)/)
  })
})
