import { describe, expect, it } from 'vitest'
import { GATEWAY_HEADER, GATEWAY_REFUSALS, UNKNOWN_DEVICE_REASONS } from '../../contract/attestation.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import { asGatewayFailure, readAttestation, readGatewayWord } from './gateway-answer.ts'

const answer = (status: number, word: string | null, body: unknown = {}, headers = {}) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { ...(word !== null && { [GATEWAY_HEADER]: word }), ...headers },
  })

describe('an answer that came through the gateway', () => {
  it.each([200, 302, 400, 401, 403, 404, 429, 500, 502, 503])('is the provider’s own without a word: %i', (status) => {
    expect(readGatewayWord(answer(status, null))).toBeNull()
  })

  it.each<[number, string, string, 'final' | 'transient']>([
    [403, 'device-suspended', 'device-suspended', 'final'],
    ...UNKNOWN_DEVICE_REASONS.filter((reason) => reason !== 'revocation-list-stale').map(
      (reason): [number, string, string, 'final'] => [403, reason, 'device-not-admitted', 'final'],
    ),
    [503, 'revocation-list-stale', 'gateway-unavailable', 'transient'],
    [429, 'rate-limited', 'gateway-rate-limited', 'transient'],
    [404, 'not-listed', 'gateway-refused', 'transient'],
    [421, 'other-host', 'gateway-refused', 'transient'],
    [502, 'provider-unreachable', 'provider-unreachable', 'transient'],
    [504, 'provider-timeout', 'provider-timeout', 'transient'],
    [403, 'a word of tomorrow', 'gateway-unavailable', 'transient'],
  ])('is the gateway’s with its word: %i %s', (status, word, code, kind) => {
    const error = readGatewayWord(answer(status, word))
    expect(error).toMatchObject({ code })
    expect(readProviderFailure(error)).toMatchObject({ kind, trouble: { code } })
  })

  it('has every refusal of the contract named', () => {
    for (const [word, status] of Object.entries(GATEWAY_REFUSALS)) {
      expect(readGatewayWord(answer(status, word))?.code).not.toBe('gateway-unavailable')
    }
  })

  it('says how long to stay away, and why, wherever a failure is read', () => {
    const error = readGatewayWord(answer(429, 'rate-limited', {}, { 'retry-after': '15' }))
    expect(readProviderFailure(error)).toMatchObject({ retryAfterMs: 15_000, providerError: 'rate-limited' })
  })
})

describe('the answer at /attest', () => {
  const active = { state: 'active', deviceId: 'DR-0042' }
  it('is a yes for this very device alone', async () => {
    await expect(readAttestation(answer(200, null, active), 'DR-0042')).resolves.toBeUndefined()
    await expect(readAttestation(answer(200, null, active), 'DR-0043')).rejects.toMatchObject({
      code: 'gateway-unavailable',
    })
  })

  it.each<[string, Response]>([
    ['a page', new Response('<html>', { status: 200 })],
    ['an empty answer', new Response('', { status: 200 })],
    ['another state', answer(200, null, { ...active, state: 'suspended', reason: 'device-suspended' })],
    ['a redirect', new Response(null, { status: 302 })],
    ['a refusal without its word', answer(403, null, { state: 'unknown', reason: 'device-not-listed' })],
  ])('is no yes where something else answers: %s', async (_what, response) => {
    await expect(readAttestation(response, 'DR-0042')).rejects.toMatchObject({ code: 'gateway-unavailable' })
  })
})

describe('a failure on the way to the gateway', () => {
  const failed = (code: string) => new TypeError('request failed', { cause: Object.assign(new Error(), { code }) })
  it.each([
    ['ENOTFOUND', 'gateway-unreachable'],
    ['ECONNREFUSED', 'gateway-unreachable'],
    ['ETIMEDOUT', 'gateway-unreachable'],
    ['ECONNRESET', 'gateway-unreachable'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'gateway-untrusted'],
    ['CERT_NOT_YET_VALID', 'clock-wrong'],
  ])('is not the provider’s: %s', (code, expected) => {
    expect(readProviderFailure(asGatewayFailure(failed(code)))).toMatchObject({
      kind: 'transient',
      trouble: { code: expected },
    })
  })

  it('leaves alone what a proxy said, and a request that was called off', () => {
    const refused = new KioskError('proxy-refused', 'the proxy refuses')
    expect(asGatewayFailure(refused)).toBe(refused)
    const aborted = new DOMException('called off', 'AbortError')
    expect(asGatewayFailure(aborted)).toBe(aborted)
  })
})
