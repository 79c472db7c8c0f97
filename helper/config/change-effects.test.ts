import { describe, expect, it } from 'vitest'
import { checkKioskConfig } from '../../contract/check-kiosk-config.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { effectOfChange, sessionTerms } from './change-effects.ts'

const WHOLE = {
  version: 1,
  device: { id: 'DR-0042' },
  sites: [{ place: 'Building 4', devices: { 'DR-0042': 'Main lobby' } }],
  brand: { name: 'Contoso', logo: 'logo.svg' },
  identity: { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk' },
  access: { requiredClaims: { groups: ['reception'] } },
  app: { url: 'https://reception.example.com' },
  network: { trustedCaFiles: ['ca.pem'] },
}

function configOf(changes: object): KioskConfig {
  const checked = checkKioskConfig({ ...WHOLE, ...changes })
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
  return checked.config
}

const identityWith = (change: object) => ({ identity: { ...WHOLE.identity, ...change } })

function saidOf(changes: object, changedFiles: readonly string[] = []): string[] {
  const { kind, paths } = effectOfChange(configOf({}), configOf(changes), changedFiles)
  return [kind, ...paths.map((change) => `${change.path}: ${change.kind}`)]
}

describe('effectOfChange', () => {
  it.each([
    ['nothing', {}, ['none']],
    ['another order of the same settings', { brand: { logo: 'logo.svg', name: 'Contoso' } }, ['none']],
    ['a default that is written out', { screen: { display: 'primary' } }, ['none']],
    ['the name on the screen', { brand: { name: 'Fabrikam', logo: 'logo.svg' } }, ['display', 'brand.name: display']],
    ['a new building', { sites: [] }, ['display', 'sites: display']],
    ['the languages', { languages: ['de'] }, ['display', 'languages: display']],
    ['the issuer', identityWith({ issuer: 'https://x.example' }), ['end-session', 'identity.issuer: end-session']],
    ['the client', identityWith({ clientId: 'x' }), ['end-session', 'identity.clientId: end-session']],
    ['the tenant', identityWith({ tenantId: 'x' }), ['end-session', 'identity.tenantId: end-session']],
    ['the provider', identityWith({ provider: 'okta' }), ['end-session', 'identity.provider: end-session']],
    ['the scopes', identityWith({ scopes: ['openid'] }), ['restart', 'identity.scopes: restart']],
    [
      'who may sign in',
      { access: { requiredClaims: { groups: ['all'] } } },
      ['end-session', 'access.requiredClaims.groups: end-session'],
    ],
    ['the device', { device: {} }, ['end-session', 'device.id: end-session']],
    [
      'the way to the provider',
      { attestation: { required: true, gatewayUrl: 'https://gateway.example' } },
      ['end-session', 'attestation: end-session'],
    ],
    ['the app taken away', { app: null }, ['restart', 'app: restart']],
    ['the shift', { session: { shiftHours: 8 } }, ['restart', 'session.shiftHours: restart']],
    ['the device key’s place', { vault: { deviceKey: 'keychain' } }, ['end-session', 'vault.deviceKey: end-session']],
    [
      'the rest after a session',
      { vault: { forgetAfterSeconds: 5 } },
      ['restart', 'vault.forgetAfterSeconds: restart'],
    ],
    ['trust', { network: { trustedCaFiles: [] } }, ['restart', 'network.trustedCaFiles: restart']],
    ['what a developer may do', { development: true }, ['end-session', 'development: end-session']],
  ])('knows what becomes of a running kiosk with a change of %s', (_what, changes, said) => {
    expect(saidOf(changes)).toEqual(said)
    // A session that is handed over to the next helper stands on the same.
    expect(sessionTerms(configOf(changes)) === sessionTerms(configOf({}))).toBe(said[0] !== 'end-session')
  })

  it('takes the hardest of several changes for the whole', () => {
    const changes = { brand: { name: 'Fabrikam' }, session: { shiftHours: 8 } }
    expect(saidOf(changes)).toEqual([
      'restart',
      'brand.name: display',
      'brand.logo: display',
      'session.shiftHours: restart',
    ])
  })

  it('knows the files that a bundle names, and no others', () => {
    expect(saidOf({}, ['logo.svg'])).toEqual(['display', 'brand.logo: display'])
    expect(saidOf({}, ['ca.pem', 'notes.txt'])).toEqual(['restart', 'network.trustedCaFiles: restart'])
    expect(saidOf({}, ['notes.txt'])).toEqual(['none'])
  })

  it('says what stood there and what stands there now', () => {
    const { paths } = effectOfChange(configOf({}), configOf(identityWith({ clientId: 'x' })))
    expect(paths).toEqual([{ path: 'identity.clientId', kind: 'end-session', before: 'kiosk', after: 'x' }])
  })
})
