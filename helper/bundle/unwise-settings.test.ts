import { describe, expect, it } from 'vitest'
import { checkKioskConfig } from '../../contract/check-kiosk-config.ts'
import { findUnwiseSettings } from './unwise-settings.ts'

const IDENTITY = { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk' }
const GROUPS = { requiredClaims: { groups: ['reception'] } }
const TENANT = '11111111-2222-3333-4444-555555555555'
const ENTRA = {
  ...IDENTITY,
  provider: 'entra',
  issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  clientId: '66666666-7777-8888-9999-000000000000',
  tenantId: TENANT,
}
const SIGN_IN = ['openid', 'offline_access']

function unwise(settings: object): string[] {
  const checked = checkKioskConfig({
    version: 1,
    brand: { name: 'X' },
    identity: IDENTITY,
    access: GROUPS,
    ...settings,
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
  return findUnwiseSettings(checked.config).map(({ path }) => path)
}

describe('findUnwiseSettings', () => {
  it.each<[string, object, string[]]>([
    ['a careful bundle', {}, []],
    ['a developer’s bundle', { development: true }, ['development']],
    ['a door that is open to the tenant', { access: {} }, ['access.requiredClaims']],
    ['a rule on an address', { access: { requiredClaims: { email: 'a@b.c' } } }, ['access.requiredClaims.email']],
    ['two roles in one', { access: { requiredClaims: { roles: ['a,b'] } } }, ['access.requiredClaims.roles']],
    ['a distinguished name', { access: { requiredClaims: { groups: ['CN=Reception,DC=contoso'] } } }, []],
    ['no refresh token', { identity: { ...IDENTITY, scopes: ['openid'] } }, ['identity.scopes']],
    ['a scope nobody asks for', { access: { ...GROUPS, requiredScopes: ['visits.read'] } }, ['access.requiredScopes']],
    [
      'a scope that is asked for',
      {
        identity: { ...IDENTITY, scopes: [...SIGN_IN, 'visits.read'] },
        access: { ...GROUPS, requiredScopes: ['visits.read', 'profile'] },
      },
      [],
    ],
    [
      'two APIs of Entra ID',
      { identity: { ...ENTRA, scopes: [...SIGN_IN, 'api://visits/read', 'User.Read'] } },
      ['identity.scopes'],
    ],
    [
      'two scopes of one API of Entra ID',
      { identity: { ...ENTRA, scopes: [...SIGN_IN, 'api://visits/read', 'api://visits/write'] } },
      [],
    ],
    ['codes that nobody waits for, at Entra ID', { identity: ENTRA, session: { start: 'always' } }, ['session.start']],
    ['codes that nobody waits for, elsewhere', { session: { start: 'always' } }, []],
    [
      'sessions without an end',
      { session: { idleMinutes: null, endOnScreenCrash: false } },
      ['session.idleMinutes', 'session.endOnScreenCrash'],
    ],
    [
      'a device in two sites',
      {
        sites: [
          { place: 'A', devices: { D: 'Door' } },
          { place: 'B', devices: { D: 'Lobby' } },
        ],
      },
      ['sites.1.devices.D'],
    ],
  ])('judges %s', (_what, settings, paths) => {
    expect(unwise(settings)).toEqual(paths)
  })
})
