import { createSign, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import { createLog } from '../log.ts'
import { awaitApproval, requestDeviceCode } from './device-grant.ts'
import { createIdentityProvider } from './identity-provider.ts'
import { readProviderFailure } from './provider-error.ts'

/** One provider as its documentation shows it: shapes are recorded, names and numbers invented. */
type Recording = {
  identity: Pick<KioskConfig['identity'], 'provider' | 'issuer' | 'clientId'> & { tenantId?: string }
  discovery: Record<string, unknown>
  code: Record<string, unknown>
  /** Where the code and the tokens are asked for. */
  endpoints: { device: string; token: string }
  claims: Record<string, unknown>
  tokens?: Record<string, unknown>
}
type PollAnswer = { status: number; headers?: Record<string, string>; body: unknown }

const TENANT = '11111111-2222-3333-4444-555555555555'
const ENTRA = `https://login.microsoftonline.com/${TENANT}`
const OKTA = 'https://contoso.okta.com/oauth2/default'
const DESCOPE = 'https://api.descope.com'
const PYMTHOUSE = 'https://contoso.pymthouse.example/api/v1/oidc'
const KEYS = 'https://keys.example/keys'
const DEVICE_CODE = 'GMMhmHCXhWEzkobqIHGG_EnNYYsAkukHspeYUk9E8'

const RECORDINGS: Record<'entra' | 'okta' | 'descope' | 'pymthouse', Recording> = {
  entra: {
    identity: { provider: 'entra', issuer: `${ENTRA}/v2.0`, clientId: 'kiosk', tenantId: TENANT },
    discovery: {
      token_endpoint: `${ENTRA}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${ENTRA}/oauth2/v2.0/devicecode`,
    },
    endpoints: { device: `${ENTRA}/oauth2/v2.0/devicecode`, token: `${ENTRA}/oauth2/v2.0/token` },
    code: {
      user_code: 'F8XGQTRPK',
      device_code: DEVICE_CODE,
      verification_uri: 'https://microsoft.com/devicelogin',
      expires_in: 900,
      interval: 5,
      message: 'To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code',
    },
    claims: { iss: `${ENTRA}/v2.0`, tid: TENANT, oid: 'object-of-alex', sub: 'pairwise', ver: '2.0' },
    tokens: { scope: 'openid profile api://visits/access', ext_expires_in: 3599 },
  },
  okta: {
    identity: { provider: 'okta', issuer: OKTA, clientId: '0oa1kiosk' },
    discovery: {
      token_endpoint: `${OKTA}/v1/token`,
      device_authorization_endpoint: `${OKTA}/v1/device/authorize`,
    },
    endpoints: { device: `${OKTA}/v1/device/authorize`, token: `${OKTA}/v1/token` },
    code: {
      device_code: DEVICE_CODE,
      user_code: 'QTRPKDMW',
      verification_uri: 'https://contoso.okta.com/activate',
      verification_uri_complete: 'https://contoso.okta.com/activate?user_code=QTRPKDMW',
      expires_in: 600,
      interval: 5,
    },
    claims: { iss: OKTA, sub: '00u1alex', ver: 1, jti: 'ID.1', amr: ['pwd'], idp: '00o1' },
    tokens: { scope: 'offline_access openid profile' },
  },
  descope: {
    identity: { provider: 'descope', issuer: DESCOPE, clientId: 'P2kiosk' },
    // Its discovery document need not name the endpoint.
    discovery: { token_endpoint: `${DESCOPE}/oauth2/v1/token` },
    endpoints: { device: `${DESCOPE}/oauth2/v1/device`, token: `${DESCOPE}/oauth2/v1/token` },
    code: {
      device_code: DEVICE_CODE,
      user_code: 'WDJB-MJHT',
      verification_uri: 'https://auth.descope.com/device',
      verification_uri_complete: 'https://auth.descope.com/device?user_code=WDJB-MJHT',
      expires_in: 1800,
      interval: 5,
    },
    claims: { iss: DESCOPE, sub: 'U2alex' },
    tokens: { scope: '' },
  },
  pymthouse: {
    identity: { provider: 'pymthouse', issuer: PYMTHOUSE, clientId: 'app_kiosk' },
    discovery: { token_endpoint: `${PYMTHOUSE}/token` },
    endpoints: { device: `${PYMTHOUSE}/device/auth`, token: `${PYMTHOUSE}/token` },
    code: {
      device_code: DEVICE_CODE,
      user_code: 'ABCD-EFGH',
      verification_uri: 'https://contoso.pymthouse.example/oidc/device',
      verification_uri_complete: `https://contoso.pymthouse.example/oidc/device?user_code=ABCD-EFGH&client_id=app_kiosk&iss=${encodeURIComponent(PYMTHOUSE)}`,
      expires_in: 600,
      interval: 5,
    },
    claims: { iss: PYMTHOUSE, sub: 'user_alex' },
  },
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

function tokensOf({ claims, identity, tokens }: Recording): PollAnswer {
  const seconds = Math.floor(Date.now() / 1000)
  const body = { aud: identity.clientId, name: 'Alex Morgan', iat: seconds, exp: seconds + 60, ...claims }
  const signed = `${encode({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${encode(body)}`
  const idToken = `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')}`
  const answer = { token_type: 'Bearer', expires_in: 3600, access_token: 'opaque', refresh_token: 'refresh' }
  return { status: 200, body: { ...answer, id_token: idToken, ...tokens } }
}

/** A clock on which every wait is over at once, and which remembers the waits. */
function instantClock() {
  const waitsMs: number[] = []
  let nowMs = 0
  const clock: KioskClock = {
    nowMs: () => nowMs,
    random: () => 0,
    async wait(delayMs) {
      waitsMs.push(Math.round(delayMs))
      nowMs += delayMs
    },
  }
  return { clock, waitsMs }
}

/** Plays a whole grant against a recording; answers what the screen shows, how it ended, and how long it waited. */
async function play(recording: Recording, polls: PollAnswer[]) {
  const { identity, discovery, endpoints, code } = recording
  const asked: string[] = []
  const left = [...polls]
  const respond = ({ status, headers, body }: PollAnswer) =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
  const fetch = async (url: string) => {
    asked.push(url)
    if (url.includes('/.well-known/')) {
      const algorithms = { id_token_signing_alg_values_supported: ['RS256'] }
      return respond({ status: 200, body: { issuer: identity.issuer, jwks_uri: KEYS, ...algorithms, ...discovery } })
    }
    if (url === KEYS) {
      const key = { ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }
      return respond({ status: 200, body: { keys: [key] } })
    }
    if (url === endpoints.device) return respond({ status: 200, body: code })
    const answer = url === endpoints.token ? left.shift() : undefined
    return answer ? respond(answer) : new Response('not found', { status: 404 })
  }
  const log = createLog('test')
  log.level = 'silent'
  const { clock, waitsMs } = instantClock()
  const whole = { scopes: ['openid', 'profile'], verificationOrigins: [], ...identity }
  const provider = createIdentityProvider({
    identity: whole,
    access: { requiredClaims: {}, requiredScopes: [] },
    network: { fetch, expectRequest: () => {}, admit: async () => {}, close: async () => {} },
    clock,
    log,
    knowledgePath: null,
    onTokens: () => {},
  })
  const shown = await requestDeviceCode(provider, whole, clock)
  const { signal } = new AbortController()
  const outcome = await awaitApproval(provider, shown, { clock, signal, onPoll: () => {} }).catch((error: unknown) => {
    const { trouble, providerError } = readProviderFailure(error)
    return { kind: 'trouble', code: trouble.code, providerError }
  })
  return { shown, outcome, waitsMs, asked }
}

function entraError(error: string, number: number, status = 400): PollAnswer {
  const ids = { timestamp: '2026-11-21 20:00:00Z', trace_id: 'one', correlation_id: 'two' }
  const description = `AADSTS${number}: Words that change. Trace ID: one Correlation ID: two`
  return { status, body: { error, error_description: description, error_codes: [number], ...ids } }
}
const plainError = (error: string, status = 400): PollAnswer => ({ status, body: { error } })

describe('a provider as its documentation shows it', () => {
  it.each<[keyof typeof RECORDINGS, { codePrefilled: boolean; userKey: string; scopes: string[] }]>([
    [
      'entra',
      {
        codePrefilled: false,
        userKey: `${TENANT} object-of-alex`,
        scopes: ['openid', 'profile', 'api://visits/access'],
      },
    ],
    ['okta', { codePrefilled: true, userKey: `${OKTA} 00u1alex`, scopes: ['offline_access', 'openid', 'profile'] }],
    ['descope', { codePrefilled: true, userKey: `${DESCOPE} U2alex`, scopes: ['openid', 'profile'] }],
    ['pymthouse', { codePrefilled: true, userKey: `${PYMTHOUSE} user_alex`, scopes: ['openid', 'profile'] }],
  ])('%s: shows its code and accepts its tokens', async (name, expected) => {
    const recording = RECORDINGS[name]
    const { shown, outcome, asked } = await play(recording, [plainError('authorization_pending'), tokensOf(recording)])
    const { verification_uri, verification_uri_complete, user_code } = recording.code
    expect(shown).toMatchObject({ userCode: user_code, verificationUri: verification_uri })
    expect(shown.qrText).toBe(verification_uri_complete ?? verification_uri)
    expect(shown.codePrefilled).toBe(expected.codePrefilled)
    const { userKey, scopes } = expected
    expect(outcome).toMatchObject({ kind: 'approved', tokens: { userKey, scopes, displayName: 'Alex Morgan' } })
    expect(asked.filter((url) => url === recording.endpoints.token)).toHaveLength(2)
  })

  it.each<[string, PollAnswer, Record<string, unknown>]>([
    ['authorization_declined', entraError('authorization_declined', 65004), { kind: 'declined' }],
    ['expired_token', entraError('expired_token', 70019), { kind: 'usedUp', why: 'expired' }],
    ['bad_verification_code', entraError('bad_verification_code', 70018), { kind: 'usedUp', why: 'used-up' }],
    ['invalid_grant', entraError('invalid_grant', 54005), { kind: 'usedUp', why: 'used-up' }],
    [
      'unauthorized_client',
      entraError('unauthorized_client', 700016),
      { kind: 'trouble', code: 'provider-refused-client', providerError: 'AADSTS700016' },
    ],
    [
      'invalid_client without public client flows',
      entraError('invalid_client', 7000218, 401),
      { kind: 'trouble', code: 'provider-refused-client', providerError: 'AADSTS7000218' },
    ],
    [
      'interaction_required by Conditional Access',
      entraError('interaction_required', 53003),
      { kind: 'trouble', code: 'sign-in-blocked', providerError: 'AADSTS53003' },
    ],
  ])('entra: %s', async (_what, answer, outcome) => {
    const played = await play(RECORDINGS.entra, [entraError('authorization_pending', 70016), answer])
    expect(played.outcome).toEqual(outcome)
  })

  it('okta: waits until X-Rate-Limit-Reset, on Okta’s own clock', async () => {
    const headers = { date: new Date().toUTCString(), 'x-rate-limit-remaining': '0' }
    const reset = String(Math.floor(Date.now() / 1000) + 40)
    const body = { errorCode: 'E0000047', errorSummary: 'API call exceeded rate limit due to too many requests.' }
    const limited = { status: 429, headers: { ...headers, 'x-rate-limit-reset': reset }, body }
    const { outcome, waitsMs } = await play(RECORDINGS.okta, [limited, tokensOf(RECORDINGS.okta)])
    expect(outcome).toMatchObject({ kind: 'approved' })
    expect(waitsMs[1]).toBeGreaterThanOrEqual(39_000)
  })

  it.each([
    ['descope', { verification_uri_complete: 'https://auth.descope.com.evil.example/device?user_code=X' }],
    ['okta', { verification_uri: 'https://contoso-okta.example/activate' }],
    ['entra', { verification_uri: 'https://microsoft.com.evil.example/devicelogin' }],
    [
      'pymthouse',
      { verification_uri_complete: 'https://contoso.pymthouse.example/oidc/device?iss=https%3A%2F%2Fevil.example' },
    ],
    ['pymthouse', { verification_uri_complete: 'https://contoso.pymthouse.example/oidc/device?client_id=app_other' }],
    ['okta', { verification_uri_complete: `https://contoso.okta.com/activate?code=${DEVICE_CODE}` }],
  ] as const)('%s: shows nothing of a link that leads elsewhere or says too much (%j)', async (name, change) => {
    const recording = RECORDINGS[name]
    const playing = play({ ...recording, code: { ...recording.code, ...change } }, [])
    await expect(playing).rejects.toMatchObject({ code: 'verification-link-untrusted' })
  })
})
