/** Tests what a test does with the provider: scripts, log, approval, keys, clock, port, forgeries, end. */
import { createRemoteJWKSet, customFetch, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import type { IdentityProviderOptions } from '../identity-provider/identity-provider.ts'
import { askForCode, KIOSK_SCOPE, poll, refresh, trust } from '../identity-provider/provider-client.ts'
import { DEVICE_CODE_GRANT_TYPE } from '../identity-provider/provider-request.ts'
import { type Fault, type FaultScript, type HostileProvider, startHostileProvider } from './hostile-provider.ts'
import { rawPoll } from './raw-request.ts'

const running: HostileProvider[] = []
async function start(options: Partial<IdentityProviderOptions> = {}): Promise<HostileProvider> {
  const provider = await startHostileProvider({ now: tickingClock(), ...options })
  running.push(provider)
  trust(provider)
  return provider
}
afterEach(async () => {
  for (const provider of running.splice(0)) await provider.close()
})

/** A clock on which every reading is a minute after the one before, so that no poll is too soon. */
function tickingClock(): () => number {
  let minutes = 0
  return () => ++minutes * 60_000
}

type Tokens = { access_token: string; refresh_token: string; id_token: string }

async function signIn(provider: HostileProvider): Promise<Tokens> {
  const { device_code, user_code } = await askForCode(provider)
  await provider.approve(user_code)
  const { status, body } = await poll(provider, device_code)
  expect(status).toBe(200)
  return body as Tokens
}

/** As a client would check it, with the key set of this moment. */
async function verify({ issuer, clientId }: HostileProvider, idToken: string): Promise<unknown> {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`), { [customFetch]: (url, init) => fetch(url, init) })
  return (await jwtVerify(idToken, keys, { issuer, audience: clientId, requiredClaims: ['sub'] })).payload
}

async function keyIds({ issuer }: HostileProvider): Promise<unknown[]> {
  const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}

describe('a provider without a script', () => {
  it('describes itself as the clients reach it', async () => {
    const { issuer } = await start()
    const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
    expect(discovery).toMatchObject({ issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` })
  })

  it('serves the phone’s pages', async () => {
    const { issuer } = await start()
    const answer = await fetch(`${issuer}/device`)
    expect([answer.status, answer.headers.getSetCookie().length > 0]).toEqual([200, true])
    expect(await answer.text()).toContain(`action="${issuer}/device"`)
  })

  it('writes down every request and what its client got', async () => {
    const provider = await start()
    const { device_code, user_code } = await askForCode(provider)
    await poll(provider, device_code)
    await refresh(provider, 'no such token')
    await fetch(`${provider.issuer}/device?user_code=x`)
    const common = { method: 'POST', path: '/token', grantType: null, userCode: null, atMs: expect.any(Number) }
    const pending = { status: 400, error: 'authorization_pending', fault: null }
    const outcome = { status: 200, error: null, fault: null }
    const polled = { ...common, endpoint: 'token', grantType: DEVICE_CODE_GRANT_TYPE, userCode: user_code }
    const spent = { status: 400, error: 'invalid_grant', fault: null }
    expect(provider.requests).toEqual([
      { ...common, endpoint: 'device', path: '/device/auth', userCode: user_code, outcome },
      { ...polled, outcome: pending },
      { ...common, endpoint: 'token', grantType: 'refresh_token', outcome: spent },
      { ...common, endpoint: 'other', method: 'GET', path: '/device', outcome },
    ])
    expect(JSON.stringify(provider.requests)).not.toContain(device_code)
  })

  it('speaks like Entra ID, keeps the pace and fails in an outage like the provider behind it', async () => {
    const provider = await start({ entraLike: true, now: () => 0 })
    const { device_code } = await askForCode(provider)
    expect((await poll(provider, device_code)).body.error_codes).toEqual([70016])
    expect((await poll(provider, device_code)).body.error).toBe('slow_down')
    provider.setOutage(true)
    expect((await poll(provider, device_code)).status).toBe(503)
  })
})

describe('a script', () => {
  it('is told the turn, the code and its approval', async () => {
    const provider = await start()
    const told: Parameters<FaultScript>[0][] = []
    const script: FaultScript = (request) => {
      told.push(request)
      return null
    }
    provider.play(script)
    const { device_code, user_code } = await askForCode(provider)
    await poll(provider, device_code)
    await provider.approve(user_code)
    await poll(provider, device_code)
    await refresh(provider, 'no such token')
    provider.play(script)
    await poll(provider, device_code)
    const polled = { endpoint: 'token', grantType: DEVICE_CODE_GRANT_TYPE, userCode: user_code }
    expect(told).toEqual([
      { endpoint: 'device', grantType: null, turn: 1, userCode: null, approved: false },
      { ...polled, turn: 1, approved: false },
      { ...polled, turn: 2, approved: true },
      { endpoint: 'token', grantType: 'refresh_token', turn: 1, userCode: null, approved: false },
      { ...polled, turn: 1, approved: true },
    ])
  })
})

describe('a person at the server', () => {
  it('approves a code, for somebody in particular', async () => {
    const provider = await start()
    const { device_code, user_code } = await askForCode(provider)
    const [, samira] = provider.staff
    const beforeMs = performance.now()
    const { approvedAtMs } = await provider.approve(user_code, samira)
    expect(approvedAtMs).toBeGreaterThanOrEqual(beforeMs)
    expect(provider.journal.approvals).toMatchObject([{ userCode: user_code, accountId: samira?.accountId }])
    const { status, body } = await poll(provider, device_code)
    expect([status, body.scope]).toEqual([200, KIOSK_SCOPE])
    expect(await verify(provider, String(body.id_token))).toMatchObject({ sub: samira?.accountId, tid: samira?.tid })
    expect((await refresh(provider, String(body.refresh_token))).status).toBe(200)
  })

  it('declines a code, and cannot change their mind', async () => {
    const provider = await start()
    const { device_code, user_code } = await askForCode(provider)
    await provider.decline(user_code)
    expect((await poll(provider, device_code)).body.error).toBe('access_denied')
    expect(provider.journal.declines).toMatchObject([{ userCode: user_code }])
    await expect(provider.approve(user_code)).rejects.toThrow('decided')
  })

  it('cannot approve what is not there', async () => {
    await expect((await start()).approve('BBBB-BBBB')).rejects.toThrow('no code BBBB-BBBB')
  })
})

describe('the provider’s state', () => {
  it('has another key after a rotation, and the same codes', async () => {
    const provider = await start()
    const [oldKeyId] = await keyIds(provider)
    const { device_code, user_code } = await askForCode(provider)
    await provider.rotateKeys()
    await provider.approve(user_code)
    const { body } = await poll(provider, device_code)
    const keyId = decodeProtectedHeader(String(body.id_token)).kid
    expect(await keyIds(provider)).toEqual([keyId])
    expect(keyId).not.toBe(oldKeyId)
    await expect(verify(provider, String(body.id_token))).resolves.toBeDefined()
  })

  it('refuses connections while nobody listens, and is back on the same port', async () => {
    const provider = await start()
    const { device_code } = await askForCode(provider)
    await provider.setListening(false)
    expect(await rawPoll(provider, device_code)).toMatchObject({ text: '', endedBy: 'ECONNREFUSED' })
    await provider.setListening(true)
    expect((await poll(provider, device_code)).body.error).toBe('authorization_pending')
  })

  it.each([120, -120])('has a clock that is %i seconds ahead', async (seconds) => {
    const provider = await start()
    provider.setClockSkew(seconds)
    const dateOf = async () => Date.parse((await fetch(`${provider.issuer}/jwks`)).headers.get('date') ?? '')
    expect(Math.abs((await dateOf()) - Date.now() - seconds * 1000)).toBeLessThan(2_000)
    const { id_token } = await signIn(provider)
    const { iat = 0, exp = 0 } = decodeJwt(id_token)
    expect(Math.abs(iat - Date.now() / 1000 - seconds)).toBeLessThan(2)
    expect(exp - iat).toBe(3_600)
    await expect(verify(provider, id_token)).resolves.toBeDefined()
    expect(provider.journal.secrets()).toContain(id_token)
  })
})

describe('a forged ID token', () => {
  const forgery = (fault: Omit<Extract<Fault, { kind: 'forgeIdToken' }>, 'kind'>): Fault => ({
    kind: 'forgeIdToken',
    ...fault,
  })
  it.each<[what: string, fault: Fault, code: string | null]>([
    ['with the provider’s key verifies', forgery({ key: 'provider' }), null],
    [
      'for another client fails',
      forgery({ key: 'provider', claims: (claims) => ({ ...claims, aud: 'x' }) }),
      'ERR_JWT_CLAIM_VALIDATION_FAILED',
    ],
    [
      'that has expired fails',
      forgery({ key: 'provider', claims: (claims) => ({ ...claims, exp: 1 }) }),
      'ERR_JWT_EXPIRED',
    ],
    ['of a stranger fails', forgery({ key: 'stranger' }), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    [
      'under an unknown key fails',
      forgery({ key: 'provider', header: (header) => ({ ...header, kid: 'x' }) }),
      'ERR_JWKS_NO_MATCHING_KEY',
    ],
    ['without a signature fails', forgery({ key: 'none' }), 'ERR_JOSE_NOT_SUPPORTED'],
  ])('%s', async (_what, fault, code) => {
    const provider = await start()
    provider.play(({ endpoint }) => (endpoint === 'token' ? fault : null))
    const { id_token } = await signIn(provider)
    const failure = await verify(provider, id_token).then(
      () => null,
      (error: { code: string }) => error.code,
    )
    expect(failure).toBe(code)
    expect(provider.journal.secrets()).toContain(id_token)
    expect(provider.requests.find(({ endpoint }) => endpoint === 'token')?.outcome?.fault).toBe('forgeIdToken')
  })
})

describe('the end', () => {
  it.each<[what: string, fault: Fault]>([
    ['hangs', { kind: 'hang' }],
    ['is delayed', { kind: 'delay', ms: 60_000 }],
    ['drips', { kind: 'slowDrip', bytesPerSecond: 0.5 }],
    ['is huge', { kind: 'hugeJson', bytes: 10_000_000_000 }],
  ])('leaves nothing open when a request %s', async (_what, fault) => {
    const provider = await start()
    const { device_code } = await askForCode(provider)
    provider.play(() => fault)
    const polled = rawPoll(provider, device_code)
    await expect.poll(() => provider.requests.length).toBe(2)
    const startedAtMs = performance.now()
    await provider.close()
    expect(performance.now() - startedAtMs).toBeLessThan(1_000)
    await polled
    expect(provider.requests.every(({ outcome }) => outcome !== null)).toBe(true)
    expect(await rawPoll(provider, device_code)).toMatchObject({ endedBy: 'ECONNREFUSED' })
    const openSockets = () => process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS)/.test(name))
    await expect.poll(openSockets).toEqual([])
  })
})
