import { describe, expect, it } from 'vitest'
import { judgeDeviceGrant, judgeMetadata, judgeRefresh, judgeScopes } from './judge-provider.ts'

const ISSUER = 'https://login.example.com'
const IDENTITY = { provider: 'oidc', issuer: ISSUER, scopes: ['openid', 'offline_access'] } as const
const identity = { ...IDENTITY, scopes: [...IDENTITY.scopes] }
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'
const WHOLE = {
  issuer: ISSUER,
  token_endpoint: `${ISSUER}/token`,
  jwks_uri: `${ISSUER}/jwks`,
  device_authorization_endpoint: `${ISSUER}/device`,
}

describe('the metadata', () => {
  it.each<[string, object, string, string]>([
    ['whole', WHOLE, 'ok', '3 endpoints'],
    ['without a token endpoint', { ...WHOLE, token_endpoint: undefined }, 'failed', 'token'],
    ['without a key set', { ...WHOLE, jwks_uri: 7 }, 'failed', 'key-set'],
    ['with an endpoint without TLS', { ...WHOLE, token_endpoint: 'http://login.example.com/token' }, 'failed', 'https'],
  ])('%s', (_what, document, state, found) => {
    const outcome = judgeMetadata(document, identity)
    expect(outcome.state).toBe(state)
    expect(outcome.found).toContain(found)
  })
})

describe('the device grant', () => {
  it.each<[string, object, string]>([
    ['listed', { ...WHOLE, grant_types_supported: [DEVICE_CODE] }, 'ok'],
    ['not spoken of', WHOLE, 'ok'],
    ['left out of the grants', { ...WHOLE, grant_types_supported: ['authorization_code'] }, 'warning'],
    ['without an endpoint', { ...WHOLE, device_authorization_endpoint: undefined }, 'failed'],
  ])('%s', (_what, document, state) => {
    expect(judgeDeviceGrant(document, identity).state).toBe(state)
  })

  it('of a provider that never lists its endpoint goes by what is known of it', () => {
    const { device_authorization_endpoint: _, ...silent } = WHOLE
    expect(judgeDeviceGrant(silent, { ...identity, provider: 'descope' }).state).toBe('ok')
  })
})

describe('the scopes', () => {
  it.each<[boolean | null, string]>([
    [true, 'ok'],
    [false, 'failed'],
    [null, 'skipped'],
  ])('whose request was accepted: %s', (isAccepted, state) => {
    expect(judgeScopes(WHOLE, identity, isAccepted).state).toBe(state)
  })

  it('that the document leaves out are named beside what the provider said', () => {
    const document = { ...WHOLE, scopes_supported: ['openid'] }
    expect(judgeScopes(document, identity, true).found).toContain('leaves out offline_access')
  })
})

describe('a refresh token', () => {
  it.each<[string, object, string[], string]>([
    ['offered', { ...WHOLE, scopes_supported: ['offline_access'] }, ['offline_access'], 'ok'],
    ['not spoken of', WHOLE, ['offline_access'], 'ok'],
    ['not asked for', WHOLE, ['openid'], 'warning'],
    ['without its scope', { ...WHOLE, scopes_supported: ['openid'] }, ['offline_access'], 'warning'],
    ['without its grant', { ...WHOLE, grant_types_supported: [DEVICE_CODE] }, ['offline_access'], 'warning'],
  ])('%s', (_what, document, scopes, state) => {
    expect(judgeRefresh(document, { ...identity, scopes }).state).toBe(state)
  })
})
