/** Tests over real sockets that each fault does to a poll what its description says. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, askForCode, KIOSK_SCOPE, poll, postForm, trust } from '../identity-provider/provider-client.ts'
import { CAPTIVE_PORTAL_PATH, type Fault, type HostileProvider, startHostileProvider } from './hostile-provider.ts'
import { rawPoll } from './raw-request.ts'

let provider: HostileProvider
beforeAll(async () => {
  provider = await startHostileProvider()
  trust(provider)
})
afterAll(() => provider.close())

/** Plays a fault on every poll of a fresh code. */
async function arrange(fault: Fault): Promise<string> {
  provider.play(null)
  const { device_code } = await askForCode(provider)
  provider.play(({ endpoint }) => (endpoint === 'token' ? fault : null))
  return device_code
}

async function pollWith(fault: Fault): Promise<Answer> {
  return poll(provider, await arrange(fault))
}

function bodyOf(text: string): string {
  return text.split('\r\n\r\n')[1] ?? ''
}

function providerPolls(): number {
  return provider.journal.requests.filter(({ path }) => path === '/token').length
}

const PENDING = 'authorization_pending'
const NO_ANSWER = { status: 0, error: null }

describe('an answer in the provider’s place', () => {
  it.each<[what: string, fault: Fault, expected: { status: number; headers?: Record<string, string>; text: string }]>([
    ['a bare status', { kind: 'status', status: 429 }, { status: 429, headers: { 'content-length': '0' }, text: '' }],
    [
      'a status with headers and a body',
      { kind: 'status', status: 503, headers: { 'retry-after': '3' }, body: '<p>down</p>' },
      { status: 503, headers: { 'retry-after': '3', 'content-type': 'text/html; charset=utf-8' }, text: '<p>down</p>' },
    ],
    [
      'a status with a type',
      { kind: 'status', status: 500, body: '{}', contentType: 'application/json' },
      { status: 500, headers: { 'content-type': 'application/json' }, text: '{}' },
    ],
    [
      'an OAuth error',
      { kind: 'oauthError', error: 'slow_down', status: 429, extra: { interval: 9 } },
      {
        status: 429,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        text: '{"error":"slow_down","interval":9}',
      },
    ],
  ])('can be %s', async (_what, fault, { status, headers = {}, text }) => {
    const before = providerPolls()
    const answer = await pollWith(fault)
    expect(answer).toMatchObject({ status, text })
    expect(Object.fromEntries(answer.headers)).toMatchObject(headers)
    expect(providerPolls()).toBe(before)
    expect(provider.requests.at(-1)?.outcome).toMatchObject({ status, fault: fault.kind })
  })

  it('can be the beginning of JSON', async () => {
    const { text, endedBy } = await rawPoll(provider, await arrange({ kind: 'brokenJson' }))
    expect([text.slice(0, 12), endedBy]).toEqual(['HTTP/1.1 200', 'end'])
    expect(text).toContain('content-type: application/json')
    expect(() => JSON.parse(bodyOf(text))).toThrow(/JSON/)
  })

  it('can be a captive portal', async () => {
    const { status, headers, text } = await pollWith({ kind: 'captivePortal' })
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(text).toContain('log in')
  })

  it.each([
    [302, undefined],
    [307, 307],
  ])('can be a redirect with %i to a page that is there', async (expected, status) => {
    const location = provider.issuer + CAPTIVE_PORTAL_PATH
    const device_code = await arrange({ kind: 'redirect', location, ...(status && { status }) })
    const { text } = await rawPoll(provider, device_code)
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${expected} `))
    expect(text).toContain(`location: ${location}`)
    expect((await poll(provider, device_code)).text).toContain('log in')
  })

  it('can be valid JSON of an exact size', async () => {
    const bytes = 5_000_001
    const { status, text, body, headers } = await pollWith({ kind: 'hugeJson', bytes })
    expect([status, text.length, headers.has('content-length')]).toEqual([200, bytes, false])
    expect(Object.keys(body)).toEqual(['padding'])
  })

  it('sends huge JSON no faster than it is read', async () => {
    await arrange({ kind: 'hugeJson', bytes: 200_000_000 })
    const gone = new AbortController()
    const { signal } = gone
    const answer = await fetch(`${provider.issuer}/token`, { method: 'POST', body: new URLSearchParams(), signal })
    await setTimeout(300)
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(100_000_000)
    gone.abort()
    expect(answer.status).toBe(200)
    await expect.poll(() => provider.requests.at(-1)?.outcome?.fault).toBe('hugeJson')
  })
})

describe('the provider’s own answer', () => {
  it('can come as text/plain', async () => {
    const { status, headers, text } = await pollWith({ kind: 'wrongContentType' })
    expect([status, headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8'])
    expect(JSON.parse(text)).toMatchObject({ error: PENDING })
  })

  it('can come late', async () => {
    const device_code = await arrange({ kind: 'delay', ms: 300, jitterMs: 50 })
    const startedAtMs = performance.now()
    expect((await poll(provider, device_code)).body.error).toBe(PENDING)
    const tookMs = performance.now() - startedAtMs
    expect(tookMs).toBeGreaterThan(249)
    expect(tookMs).toBeLessThan(600)
    expect(provider.requests.at(-1)?.outcome).toEqual({ status: 400, error: PENDING, fault: 'delay' })
  })

  it('can drip in', async () => {
    const device_code = await arrange({ kind: 'slowDrip', bytesPerSecond: 100 })
    const { text, endedBy, firstByteMs, lastByteMs } = await rawPoll(provider, device_code)
    const expectedMs = bodyOf(text).length * 10
    expect([endedBy, JSON.parse(bodyOf(text)).error]).toEqual(['end', PENDING])
    expect(firstByteMs).toBeLessThan(200)
    expect(lastByteMs).toBeGreaterThan(expectedMs * 0.8)
    expect(lastByteMs).toBeLessThan(expectedMs * 2)
  })

  it('can be changed', async () => {
    provider.play(() => ({ kind: 'rewrite', change: ({ interval: _, ...body }) => ({ ...body, expires_in: 7 }) }))
    const fields = { client_id: provider.clientId, scope: KIOSK_SCOPE }
    const { body } = await postForm(provider, '/device/auth', fields)
    expect(body).toMatchObject({ device_code: expect.any(String), expires_in: 7 })
    expect(body).not.toHaveProperty('interval')
    expect(provider.requests.at(-1)).toMatchObject({ userCode: body.user_code, outcome: { fault: 'rewrite' } })
  })
})

describe('a connection', () => {
  it.each([
    ['before', 0, /^$/, NO_ANSWER],
    ['midBody', 1, /^HTTP\/1.1 400 /, { status: 400, error: null }],
    ['after', 1, /^$/, NO_ANSWER],
  ] as const)('is reset: %s', async (stage, heard, arrived, outcome) => {
    const device_code = await arrange({ kind: 'reset', stage })
    const before = providerPolls()
    const { text, endedBy } = await rawPoll(provider, device_code)
    expect(endedBy).toBe('ECONNRESET')
    expect(text).toMatch(arrived)
    expect(providerPolls() - before).toBe(heard)
    expect(provider.requests.at(-1)?.outcome).toEqual({ ...outcome, fault: 'reset' })
  })

  it('breaks off after half of the body', async () => {
    const { text } = await rawPoll(provider, await arrange({ kind: 'reset', stage: 'midBody' }))
    const announced = Number(/content-length: (\d+)/i.exec(text)?.[1])
    expect(bodyOf(text).length).toBe(Math.floor(announced / 2))
    expect(announced).toBeGreaterThan(80)
  })

  it('passes a pending answer when only tokens are to be lost', async () => {
    provider.play(null)
    const { device_code, user_code } = await askForCode(provider)
    provider.play(() => ({ kind: 'reset', stage: 'after', onlyTokens: true }))
    expect((await poll(provider, device_code)).body.error).toBe(PENDING)
    expect(provider.requests.at(-1)?.outcome?.fault).toBeNull()
    await provider.approve(user_code)
    // The provider’s interval, so that it does not answer slow_down.
    await setTimeout(1_050)
    expect(await rawPoll(provider, device_code)).toMatchObject({ text: '', endedBy: 'ECONNRESET' })
    provider.play(null)
    await setTimeout(1_050)
    expect((await poll(provider, device_code)).body.error).toBe('invalid_grant')
  })

  it('looks to fetch as one that was reset', async () => {
    const failure = await pollWith({ kind: 'reset', stage: 'before' }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'TypeError', cause: { code: 'ECONNRESET' } })
  })

  it('hangs for as long as anybody waits', async () => {
    const device_code = await arrange({ kind: 'hang' })
    const { text, endedBy } = await rawPoll(provider, device_code, 400)
    expect([text, endedBy]).toEqual(['', 'gave up'])
    expect(provider.requests.at(-1)?.outcome).toEqual({ ...NO_ANSWER, fault: 'hang' })
  })
})
