/** Tests the running provider as a device meets it: codes, pace, errors, outage, end. */
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type IdentityProvider, type IdentityProviderOptions, startIdentityProvider } from './identity-provider.ts'
import { askForCode, KIOSK_SCOPE, poll, postForm, refresh, trust } from './provider-client.ts'

const OPTIONS = { intervalSeconds: 5, codeLifetimeSeconds: 900, accessTokenLifetimeSeconds: 600, entraLike: false }
const DEVICE_PATH = '/device/auth'

const running: IdentityProvider[] = []
async function start(options: Partial<IdentityProviderOptions> = {}): Promise<IdentityProvider> {
  const provider = await startIdentityProvider({ ...OPTIONS, ...options })
  running.push(provider)
  trust(provider)
  return provider
}
afterEach(async () => {
  for (const provider of running.splice(0)) await provider.close()
})

describe('the identity provider', () => {
  it('says nothing on the console', async () => {
    const spies = (['info', 'log', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name))
    const provider = await start()
    const { device_code } = await askForCode(provider)
    await poll(provider, device_code)
    await refresh(provider, 'no such token')
    await postForm(provider, '/token/revocation', { client_id: provider.clientId, token: 'no such token' })
    await fetch(`${provider.issuer}/device`)
    await fetch(`${provider.issuer}/choose-account/nobody`)
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })

  it('describes itself in its discovery document', async () => {
    const { issuer } = await start()
    const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
    expect(discovery).toMatchObject({
      issuer,
      device_authorization_endpoint: `${issuer}/device/auth`,
      token_endpoint: `${issuer}/token`,
      revocation_endpoint: `${issuer}/token/revocation`,
      token_endpoint_auth_methods_supported: ['none'],
    })
  })

  it('gives codes of eight consonants with the interval and a complete link', async () => {
    const provider = await start()
    const { status, body } = await postForm(provider, DEVICE_PATH, { client_id: provider.clientId, scope: KIOSK_SCOPE })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${provider.issuer}/device`,
      verification_uri_complete: `${provider.issuer}/device?user_code=${body.user_code}`,
      expires_in: 900,
      interval: 5,
    })
  })

  it('answers slow_down to a poll too soon, and asks for five seconds more from then on', async () => {
    let nowMs = 1_000_000
    const provider = await start({ now: () => nowMs })
    const { device_code } = await askForCode(provider)
    const errors: unknown[] = []
    for (const waitMs of [0, 4_999, 9_999, 15_000]) {
      nowMs += waitMs
      const { status, body } = await poll(provider, device_code)
      expect(status).toBe(400)
      errors.push(body.error)
    }
    expect(errors).toEqual(['authorization_pending', 'slow_down', 'slow_down', 'authorization_pending'])
  })

  it.each([
    ['as OAuth says', false],
    ['as Entra ID says', true],
  ])('says that a code has expired, %s', async (_what, entraLike) => {
    const provider = await start({ codeLifetimeSeconds: 1, entraLike })
    const { device_code } = await askForCode(provider)
    await setTimeout(1_100)
    expect((await poll(provider, device_code)).body.error).toBe('expired_token')
  })

  it.each([
    ['an unknown device code', 'device_code', 'reception-kiosk', 'invalid_grant'],
    ['an unknown client', 'device_code', 'somebody-else', 'invalid_client'],
  ])('refuses %s', async (_what, deviceCode, clientId, error) => {
    expect((await poll(await start(), deviceCode, clientId)).body.error).toBe(error)
  })

  it('fails like a broken proxy during an outage, and is itself again after it', async () => {
    const provider = await start()
    const { device_code } = await askForCode(provider)
    provider.setOutage(true)
    const during = [await poll(provider, device_code), await postForm(provider, DEVICE_PATH, {})]
    for (const { status, headers, text } of during) {
      expect(status).toBe(503)
      expect(headers.get('content-type')).toMatch(/^text\/html/)
      expect(text).toContain('<h1>')
    }
    provider.setOutage(false)
    expect((await poll(provider, device_code)).body.error).toBe('authorization_pending')
  })

  it('writes down every request', async () => {
    const provider = await start({ now: () => 42 })
    const { device_code, user_code } = await askForCode(provider)
    await poll(provider, device_code)
    const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
    const common = { atEpochMs: 42, method: 'POST', userCode: user_code }
    expect(provider.journal.requests).toEqual([
      { ...common, path: '/device/auth', status: 200 },
      { ...common, path: '/token', status: 400, grantType, error: 'authorization_pending' },
    ])
    expect(provider.journal.secrets()).toEqual([device_code])
  })

  it('is gone after close, together with connections that were kept alive', async () => {
    const provider = await startIdentityProvider(OPTIONS)
    trust(provider)
    await askForCode(provider)
    await provider.close()
    const { port } = new URL(provider.issuer)
    const error = await new Promise<NodeJS.ErrnoException>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => reject(new Error('somebody still listens')))
      socket.on('error', resolve)
    })
    expect(error.code).toBe('ECONNREFUSED')
  })
})

describe('the identity provider as Entra ID', () => {
  it('gives a message in place of a complete link', async () => {
    const provider = await start({ entraLike: true })
    const { body } = await postForm(provider, DEVICE_PATH, { client_id: provider.clientId, scope: KIOSK_SCOPE })
    expect(body).not.toHaveProperty('verification_uri_complete')
    expect(body).toMatchObject({ interval: 5, message: expect.stringContaining(String(body.user_code)) })
  })

  it('advertises no revocation endpoint', async () => {
    const { issuer } = await start({ entraLike: true })
    const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
    expect(discovery).not.toHaveProperty('revocation_endpoint')
  })

  it.each([
    ['a pending approval', undefined, 'authorization_pending', 70016],
    ['an unknown device code', 'nobody’s', 'bad_verification_code', 70018],
  ])('has its words for %s', async (_what, foreignCode, error, number) => {
    const provider = await start({ entraLike: true })
    const { device_code } = await askForCode(provider)
    const { status, headers, body } = await poll(provider, foreignCode ?? device_code)
    expect(status).toBe(400)
    expect(body).toMatchObject({
      error,
      error_codes: [number],
      error_description: expect.stringMatching(new RegExp(`^AADSTS${number}: `)),
      trace_id: headers.get('x-ms-request-id'),
    })
  })

  it('says slow_down with its own number', async () => {
    const provider = await start({ entraLike: true })
    const { device_code } = await askForCode(provider)
    await poll(provider, device_code)
    expect((await poll(provider, device_code)).body).toMatchObject({ error: 'slow_down', error_codes: [50196] })
  })

  it('takes over the client’s request id', async () => {
    const provider = await start({ entraLike: true })
    const { body } = await postForm(provider, '/token', {}, { 'client-request-id': 'kiosk-42' })
    expect(body.correlation_id).toBe('kiosk-42')
  })
})
