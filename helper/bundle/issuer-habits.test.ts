import { expect, it } from 'vitest'
import { checkKioskConfig } from '../../contract/check-kiosk-config.ts'
import { findIssuerDoubts } from './issuer-habits.ts'

const TENANT = '11111111-2222-3333-4444-555555555555'

function doubts(provider: string, issuer: string, development = false): string[] {
  const identity = { provider, issuer, tenantId: TENANT, clientId: '66666666-7777-8888-9999-000000000000' }
  const checked = checkKioskConfig({ version: 1, development, brand: { name: 'X' }, identity })
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
  return findIssuerDoubts(checked.config).map(({ what }) => what)
}

it.each([
  ['entra', `https://login.microsoftonline.com/${TENANT}/v2.0`, []],
  ['entra', `https://login.partner.microsoftonline.cn/${TENANT}/v2.0`, []],
  ['entra', `https://sts.windows.net/${TENANT}/`, ['is on no host of Entra ID that is known here']],
  ['entra', 'https://contoso.okta.com', ['is of Okta, and identity.provider says "entra"']],
  ['okta', 'https://contoso.okta.com/oauth2/default', []],
  ['okta', 'https://login.contoso.example', []],
  ['okta', 'https://contoso-admin.okta.com', ['is on the host of Okta’s admin console']],
  ['okta', 'https://contoso-admin.okta-emea.com', ['is on the host of Okta’s admin console']],
  ['okta', 'https://contoso.okta.com/', ['ends with "/", and Okta’s issuers do not']],
  [
    'okta',
    `https://login.microsoftonline.com/${TENANT}/v2.0`,
    ['is of Microsoft Entra ID, and identity.provider says "okta"'],
  ],
  ['descope', 'https://api.descope.com/P2x', []],
  ['pymthouse', 'https://contoso.pymthouse.example/api/v1/oidc', []],
  ['pymthouse', 'https://contoso.pymthouse.example', ['does not end with "/api/v1/oidc", as PymtHouse’s do']],
  ['oidc', 'https://contoso.okta.com', []],
])('of %s at %s has the doubts %j', (provider, issuer, whats) => {
  expect(doubts(provider, issuer)).toEqual(whats)
})

it('lets a developer’s provider stand in for any other', () => {
  expect(doubts('entra', 'http://127.0.0.1:8080', true)).toEqual([])
})
