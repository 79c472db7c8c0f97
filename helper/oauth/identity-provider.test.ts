import { createSign, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import { createLog } from '../log.ts'
import { createIdentityProvider } from './identity-provider.ts'
import { readProviderFailure } from './provider-error.ts'

const ISSUER = 'https://login.example.com'
const CODE = { deviceCode: 'device-code', expiresAtMs: 60_000 }
const IDENTITY: KioskConfig['identity'] = {
  provider: 'oidc',
  issuer: ISSUER,
  clientId: 'kiosk',
  scopes: ['openid'],
  verificationOrigins: [],
  tenantId: 'contoso',
}
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

function idToken(claims: Record<string, unknown> = {}): string {
  const seconds = Math.floor(Date.now() / 1000)
  const body = { iss: ISSUER, aud: 'kiosk', sub: 'alex', tid: 'contoso', name: 'Alex', iat: seconds, exp: seconds + 60 }
  const signed = `${encode({ alg: 'RS256', kid: 'one' })}.${encode({ ...body, ...claims })}`
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')}`
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}

function tokens(claims?: Record<string, unknown>): Response {
  const answer = { token_type: 'Bearer', expires_in: 300, access_token: 'access', refresh_token: 'refresh' }
  return json({ ...answer, id_token: idToken(claims) })
}

function keySet(kid = 'one'): Response {
  return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] })
}

/** A provider whose token endpoint and key set answer as told. */
function providerThat(answers: {
  token: () => Response
  keys?: (attempt: number) => Response
  access?: Partial<KioskConfig['access']>
  admit?: () => void
  /** Of the endpoints' origin in the discovery document. */
  spelling?: string
}) {
  const { spelling = ISSUER } = answers
  const revoked: string[] = []
  let keyFetches = 0
  const routes: Record<string, (body: string) => Response> = {
    '/.well-known/openid-configuration': () =>
      json({
        issuer: ISSUER,
        device_authorization_endpoint: `${spelling}/device`,
        token_endpoint: `${spelling}/token`,
        jwks_uri: `${spelling}/keys`,
        revocation_endpoint: `${spelling}/revoke`,
        id_token_signing_alg_values_supported: ['RS256'],
      }),
    '/keys': () => answers.keys?.(keyFetches++) ?? keySet(),
    '/token': () => answers.token(),
    '/revoke': (body) => {
      revoked.push(new URLSearchParams(body).get('token') ?? '')
      return new Response(null, { status: 200 })
    },
  }
  const fetch = async (url: string, init?: RequestInit) => {
    const route = routes[new URL(url).pathname]
    return route?.(String(init?.body ?? '')) ?? new Response(null, { status: 404 })
  }
  const log = createLog('test')
  log.level = 'silent'
  const provider = createIdentityProvider({
    identity: IDENTITY,
    access: { requiredClaims: {}, requiredScopes: [], ...answers.access },
    ...(answers.admit && { admit: answers.admit }),
    clock: { nowMs: () => 1_000, random: () => 0, wait: async (_delayMs, signal) => signal.throwIfAborted() },
    log,
    network: { fetch, expectRequest: () => {}, admit: async () => {}, close: async () => {} },
    knowledgePath: null,
    onTokens: () => {},
  })
  return { provider, revoked }
}

/** What became of one poll: the kind of failure and its code, or the name of the person. */
async function pollOf(answers: Parameters<typeof providerThat>[0]) {
  const { provider, revoked } = providerThat(answers)
  const outcome = await provider.redeem(CODE).then(
    ({ displayName }) => displayName,
    (error: unknown) => {
      const failure = readProviderFailure(error)
      return `${failure.kind} ${failure.trouble.code}${failure.kind === 'oauth' ? ` ${failure.error}` : ''}`
    },
  )
  await provider.close()
  return { outcome, revoked }
}

describe('a poll at the identity provider', () => {
  it('answers the tokens of a person whose ID token holds', async () => {
    expect(await pollOf({ token: () => tokens() })).toEqual({ outcome: 'Alex', revoked: [] })
  })

  it.each<[string, Record<string, unknown>]>([
    ['another tenant', { tid: 'fabrikam' }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['another client', { aud: 'somebody-else' }],
    ['the past', { exp: 1_000 }],
    ['tomorrow', { iat: Math.floor(Date.now() / 1000) + 86_400 }],
  ])('refuses and revokes tokens of %s', async (_what, claims) => {
    const answered = await pollOf({ token: () => tokens(claims) })
    expect(answered).toEqual({ outcome: 'final token-invalid', revoked: ['refresh'] })
  })

  it('revokes what a device that is not in service must not keep, and lets a session that runs be renewed', async () => {
    const admit = () => {
      throw new KioskError('kiosk-not-activated', 'not yet')
    }
    const refused = { outcome: 'final kiosk-not-activated', revoked: ['refresh'] }
    expect(await pollOf({ token: () => tokens(), admit })).toEqual(refused)
    const { provider } = providerThat({ token: () => tokens() })
    const session = await provider.redeem(CODE)
    const later = providerThat({ token: () => tokens(), admit }).provider
    const { refreshToken } = await later.refresh({ ...session, refreshToken: 'before' })
    expect(refreshToken).toBe('refresh')
  })

  it('refuses and revokes tokens without an ID token', async () => {
    const token = () => json({ token_type: 'Bearer', access_token: 'access', refresh_token: 'refresh' })
    expect(await pollOf({ token })).toEqual({ outcome: 'final token-invalid', revoked: ['refresh'] })
  })

  it('refuses and revokes a forged signature', async () => {
    const [head, body] = idToken().split('.')
    const forged = `${head}.${body}.${Buffer.alloc(256).toString('base64url')}`
    const token = () =>
      json({ token_type: 'Bearer', access_token: 'access', refresh_token: 'refresh', id_token: forged })
    expect(await pollOf({ token })).toEqual({ outcome: 'final token-invalid', revoked: ['refresh'] })
  })

  it.each<[string, () => Response]>([
    ['a page in its place', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['half of it', () => new Response('{"keys":[', { headers: { 'content-type': 'application/json' } })],
    ['something else', () => json({ error: 'no' })],
  ])('waits with the code when the key set’s address answers %s', async (_what, keys) => {
    const token = () => {
      throw new Error('polled without keys')
    }
    expect((await pollOf({ token, keys })).outcome).toBe('transient provider-answer-invalid')
  })

  it('sends no poll for a code that died meanwhile', async () => {
    const { provider } = providerThat({
      token: () => {
        throw new Error('polled for a dead code')
      },
    })
    await expect(provider.redeem({ ...CODE, expiresAtMs: 999 })).rejects.toMatchObject({ code: 'provider-timeout' })
  })

  it('revokes refused tokens also where discovery spells its addresses otherwise', async () => {
    const answered = await pollOf({
      token: () => tokens({ tid: 'fabrikam' }),
      spelling: 'HTTPS://LOGIN.example.com:443',
    })
    expect(answered).toEqual({ outcome: 'final token-invalid', revoked: ['refresh'] })
  })

  it('spends no code while it has no keys to check the answer with', async () => {
    const token = () => {
      throw new Error('polled without keys')
    }
    const answered = await pollOf({ token, keys: () => json({}, 503) })
    expect(answered).toEqual({ outcome: 'transient provider-unavailable', revoked: [] })
  })

  /** The key set of yesterday, and then what `later` says. */
  const rotated = (later: (attempt: number) => Response) => (attempt: number) =>
    attempt === 0 ? keySet('yesterday') : later(attempt)

  it('fetches the key set again for a key that is new in it, however often it takes', async () => {
    const keys = rotated((attempt) => (attempt < 3 ? json({}, 503) : keySet()))
    expect(await pollOf({ token: () => tokens(), keys })).toEqual({ outcome: 'Alex', revoked: [] })
  })

  it('revokes what it cannot check, and polls a spent code no further', async () => {
    const answered = await pollOf({ token: () => tokens(), keys: rotated(() => json({}, 503)) })
    expect(answered).toEqual({ outcome: 'final provider-unavailable', revoked: ['refresh'] })
  })

  it.each<[string, Error]>([
    ['do not come in time', new DOMException('too long', 'TimeoutError')],
    ['are refused', new TypeError('x', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) })],
  ])('polls a spent code no further when new keys %s', async (_what, error) => {
    const keys = rotated(() => {
      throw error
    })
    const answered = await pollOf({ token: () => tokens(), keys })
    expect(answered).toEqual({ outcome: 'final provider-unavailable', revoked: ['refresh'] })
  })

  it('refuses and revokes a key that is in no key set', async () => {
    const answered = await pollOf({ token: () => tokens(), keys: () => keySet('yesterday') })
    expect(answered).toEqual({ outcome: 'final token-invalid', revoked: ['refresh'] })
  })

  it.each<[Partial<KioskConfig['access']>, string]>([
    [{ requiredClaims: { groups: 'reception' } }, 'final person-not-allowed'],
    [{ requiredScopes: ['visits.read'] }, 'final scope-not-granted'],
  ])('refuses and revokes what %j does not admit', async (access, outcome) => {
    expect(await pollOf({ token: () => tokens(), access })).toEqual({ outcome, revoked: ['refresh'] })
  })

  it('accepts tokens whose clock runs hours ahead of the kiosk’s, by the provider’s own Date', async () => {
    const aheadSeconds = Math.floor(Date.now() / 1000) + 7_200
    const date = new Date(aheadSeconds * 1000).toUTCString()
    const answers = [
      json({ error: 'authorization_pending' }, 400, { date }),
      tokens({ iat: aheadSeconds, nbf: aheadSeconds, exp: aheadSeconds + 60 }),
    ]
    const { provider } = providerThat({ token: () => answers.shift() ?? json({}, 500) })
    await expect(provider.redeem(CODE)).rejects.toThrow()
    expect(provider.facts().clockSkewMs).toBeGreaterThan(7_190_000)
    expect(await provider.redeem(CODE)).toMatchObject({ displayName: 'Alex' })
  })

  it.each<[string, () => Response, string]>([
    ['pending', () => json({ error: 'authorization_pending' }, 400), 'oauth provider-error authorization_pending'],
    ['slow_down with 429', () => json({ error: 'slow_down' }, 429), 'oauth provider-error slow_down'],
    ['an empty object', () => json({}), 'transient provider-answer-invalid'],
    [
      'a captive portal',
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      'transient captive-portal',
    ],
    ['a redirect', () => new Response(null, { status: 302 }), 'transient captive-portal'],
    ['503 with a challenge', () => json({}, 503, { 'www-authenticate': 'Basic' }), 'transient provider-unavailable'],
    ['401 with a challenge', () => json({}, 401, { 'www-authenticate': 'Basic' }), 'final provider-refused-client'],
    ['invalid_client', () => json({ error: 'invalid_client' }, 401), 'oauth provider-refused-client invalid_client'],
  ])('reads %s', async (_what, token, outcome) => {
    expect(await pollOf({ token })).toEqual({ outcome, revoked: [] })
  })
})

describe('a refresh', () => {
  const previous = {
    accessToken: 'old-access',
    accessTokenExpiresAtMs: 0,
    accessTokenLifetimeMs: 0,
    refreshToken: 'old-refresh',
    userKey: `${ISSUER} alex`,
    displayName: 'Alex',
    scopes: ['openid'],
  }

  it('keeps the person and the old refresh token where the answer names neither', async () => {
    const { provider } = providerThat({ token: () => json({ token_type: 'Bearer', access_token: 'new-access' }) })
    const renewed = await provider.refresh(previous)
    expect(renewed).toMatchObject({ accessToken: 'new-access', refreshToken: 'old-refresh', displayName: 'Alex' })
  })

  it('refuses and revokes tokens of another person', async () => {
    const { provider, revoked } = providerThat({ token: () => tokens({ sub: 'samira' }) })
    await expect(provider.refresh(previous)).rejects.toMatchObject({ code: 'token-invalid' })
    await provider.close()
    expect(revoked).toEqual(['refresh'])
  })
})
