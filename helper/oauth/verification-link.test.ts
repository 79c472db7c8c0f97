import { describe, expect, it } from 'vitest'
import { checkVerificationLink } from './verification-link.ts'

const OIDC = {
  provider: 'oidc' as const,
  issuer: 'https://login.example.com/oidc',
  clientId: 'kiosk',
  verificationOrigins: ['https://short.example'],
}
const ENTRA = { ...OIDC, provider: 'entra' as const, issuer: 'https://login.microsoftonline.com/contoso/v2.0' }
const LOOPBACK = { ...OIDC, issuer: 'http://127.0.0.1:8080' }

describe('checkVerificationLink', () => {
  it.each([
    ['at the issuer', 'https://login.example.com/device?user_code=WDJB-MJHT', OIDC],
    ['at a configured origin', 'https://short.example/d', OIDC],
    [
      'that names our issuer and client',
      'https://login.example.com/device?iss=https%3A%2F%2Flogin.example.com%2Foidc&client_id=kiosk',
      OIDC,
    ],
    ['of Entra ID', 'https://microsoft.com/devicelogin', ENTRA],
    ['of Entra ID’s newer page', 'https://login.microsoft.com/device', ENTRA],
    ['over http in development', 'http://127.0.0.1:8080/device', LOOPBACK],
  ])('lets a link %s through unchanged', (_what, link, identity) => {
    expect(checkVerificationLink(link, identity)).toBe(link)
  })

  it.each([
    ['no URL', 'login.example.com/device', OIDC],
    ['http', 'http://login.example.com/device', OIDC],
    ['http elsewhere in development', 'http://evil.test/device', LOOPBACK],
    ['a script', 'javascript:alert(1)', OIDC],
    ['another host', 'https://evil.test/device', OIDC],
    ['a look-alike host', 'https://login.example.com.evil.test/device', OIDC],
    ['our host as a query', 'https://evil.test/?https://login.example.com', OIDC],
    ['our host as a user name', 'https://login.example.com@evil.test/device', OIDC],
    ['a host that other readers do not see', 'https://login.example.com\\@evil.test/device', OIDC],
    ['a tab that other readers do not skip', 'https://login.example.com/\tdevice', OIDC],
    ['credentials', 'https://user:secret@login.example.com/device', OIDC],
    ['another port', 'https://login.example.com:8443/device', OIDC],
    ['another issuer in it', 'https://login.example.com/device?iss=https%3A%2F%2Fevil.test', OIDC],
    [
      'a second issuer in it',
      'https://login.example.com/device?iss=https%3A%2F%2Flogin.example.com%2Foidc&iss=x',
      OIDC,
    ],
    ['another client in it', 'https://login.example.com/device?client_id=other', OIDC],
    ['Microsoft’s page from another provider', 'https://microsoft.com/devicelogin', OIDC],
    ['an endless query', `https://login.example.com/device?x=${'y'.repeat(600)}`, OIDC],
  ])('refuses %s', (_what, link, identity) => {
    expect(() => checkVerificationLink(link, identity)).toThrow(
      expect.objectContaining({ code: 'verification-link-untrusted' }),
    )
  })
})
