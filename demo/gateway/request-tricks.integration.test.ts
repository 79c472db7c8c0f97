/** Tests that no trick of a known device reaches the provider but where it may: over TLS, byte for byte. */
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createThrowawayAuthority } from '../network/throwaway-authority.ts'
import { ask, type Credentials, sendRaw } from './device-client.ts'
import { findNginx } from './find-nginx.ts'
import { type GatewayStage, setGatewayStage } from './gateway-stage.fixture.ts'
import { type RecordingProvider, startRecordingProvider } from './recording-provider.fixture.ts'
import { listRequestTricks } from './request-tricks.ts'

const LISTED = [
  'GET /.well-known/openid-configuration',
  'GET /jwks',
  'POST /device/auth',
  'POST /token',
  'POST /token/revocation',
]
/** What a provider needs, and nothing of the client's own making. */
const FORWARDED_HEADERS = ['accept', 'client-request-id', 'content-length', 'content-type', 'host', 'user-agent']
const PLENTY = { codesBurst: 5000, tokensBurst: 5000, othersBurst: 5000, addressBurst: 10_000 }

const nginxPath = findNginx()

describe.skipIf(nginxPath === null)('a trick with a request', () => {
  let stage: GatewayStage<RecordingProvider>
  let device: Credentials
  beforeAll(async () => {
    const options = { nginxPath: nginxPath ?? '', deviceList: 'DR-0042 active', limits: PLENTY }
    stage = await setGatewayStage(() => startRecordingProvider(), options)
    device = await stage.issue('DR-0042')
  })
  afterAll(() => stage?.close())

  it('never reaches the provider on a path, by a method or with a header that is not listed', async () => {
    const { provider, gateway } = stage
    const tricks = listRequestTricks({
      gateway: `localhost:${gateway.port}`,
      provider: new URL(provider.issuer).host,
    })
    expect(tricks.length).toBeGreaterThan(100)
    const answers = new Map<string, string>()
    for (let next = 0; next < tricks.length; next += 20) {
      await Promise.all(
        tricks.slice(next, next + 20).map(async ({ what, bytes }) => {
          answers.set(what, (await sendRaw(gateway, device, bytes)).split('\r\n')[0] ?? '')
        }),
      )
    }
    // All that was sent before has been answered by now, or never will be.
    await ask(gateway, device, stage.at('/.well-known/openid-configuration'))

    for (const { method, url, headers } of provider.requests) {
      expect(LISTED).toContain(`${method} ${url}`)
      expect(headers.host).toBe(new URL(provider.issuer).host)
      expect(FORWARDED_HEADERS).toEqual(expect.arrayContaining(Object.keys(headers)))
    }
    expect(JSON.stringify(provider.requests)).not.toContain('canary')
    // These are what they seem, and prove that the others were not simply lost.
    const passed = tricks.map(({ what }) => what).filter((what) => answers.get(what)?.includes(' 200 '))
    expect(passed.toSorted()).toEqual(
      [
        'a header that ends the answer’s',
        'a request behind a good one',
        'a request within a body',
        'a websocket',
        'an upgrade to HTTP/2',
        'bare line feeds',
        'headers that name another address',
        'headers that the provider is not to see',
      ].toSorted(),
    )
    expect(provider.requests).toHaveLength(passed.length + 1)
  })

  it('does not let the provider speak for the gateway, set a cookie or redirect within it', async () => {
    const { provider, gateway } = stage
    provider.answer.headers = {
      'kiosk-gateway': 'rate-limited',
      'Set-Cookie': 'a=b',
      'X-Accel-Redirect': '/attest',
      Date: 'Wed, 01 Jan 2020 00:00:00 GMT',
    }
    const { headers, text } = await ask(gateway, device, stage.at('/jwks'))
    provider.answer.headers = {}
    expect(text).toBe('{}')
    expect(headers).not.toHaveProperty('kiosk-gateway')
    expect(headers).not.toHaveProperty('set-cookie')
    // The provider's own clock, by which kiosks judge its tokens.
    expect(headers.date).toBe('Wed, 01 Jan 2020 00:00:00 GMT')
  })

  it.each([403, 404, 429, 502, 504])('leaves the provider’s own %d as it is', async (status) => {
    const { provider, gateway } = stage
    Object.assign(provider.answer, { status, headers: { 'Retry-After': '7' } })
    const answer = await ask(gateway, device, stage.at('/jwks'))
    Object.assign(provider.answer, { status: 200, headers: {} })
    expect(answer).toMatchObject({ status, text: '{}', headers: { 'retry-after': '7' } })
    expect(answer.headers).not.toHaveProperty('kiosk-gateway')
  })

  it('carries the kiosk’s own correlation id where it is one', async () => {
    const id = '7d7f5b1e-54d2-4f0e-9f0a-5a1b9c3d2e1f'
    const answer = await ask(stage.gateway, device, stage.at('/jwks'), { headers: { 'client-request-id': id } })
    expect(answer.headers['kiosk-correlation-id']).toBe(id)
    expect(stage.provider.requests.at(-1)?.headers['client-request-id']).toBe(id)
    await expect.poll(() => stage.gateway.allLogs()).toContain(`"correlationId":"${id}"`)
  })

  it('sends nothing to a provider that is not who it should be, and says so', async () => {
    const { provider } = stage
    const port = Number(new URL(provider.issuer).port)
    await provider.close()
    const impostors = [
      { port, authority: await createThrowawayAuthority('Another authority') },
      { port, authority: provider.authority, name: 'other.example' },
    ]
    for (const impostor of impostors) {
      const standIn = await startRecordingProvider(impostor)
      const answer = await ask(stage.gateway, device, stage.at('/jwks')).finally(() => standIn.close())
      expect(answer).toMatchObject({ status: 502, text: '{"reason":"provider-unreachable"}' })
      expect(answer.headers['kiosk-gateway']).toBe('provider-unreachable')
      expect(standIn.requests).toEqual([])
    }
    // A provider that is itself again is one that the gateway goes back to.
    const itself = await startRecordingProvider({ port, authority: provider.authority })
    await expect.poll(async () => (await ask(stage.gateway, device, stage.at('/jwks'))).status).toBe(200)
    await itself.close()
  })

  it('leaves no body on the disk', async () => {
    expect(await stage.gateway.allLogs()).not.toMatch(/buffered to a temporary file/)
    const runFolder = join(dirname(stage.pkiFolder), 'gateway', 'run')
    const entries = await readdir(runFolder, { recursive: true, withFileTypes: true })
    expect(entries.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(['nginx.pid'])
  })
})
