import { ClientError, ResponseBodyError } from 'openid-client'
import { describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import { readProviderFailure, retryAfterMs } from './provider-error.ts'

function bodyError(status: number, error: string, headers: Record<string, string> = {}): ResponseBodyError {
  const response = new Response(null, { status, headers })
  return new ResponseBodyError('refused', { cause: { error, error_description: 'secret words' }, response })
}

function fetchError(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code }) })
}

function timeoutError(): DOMException {
  return new DOMException('too long', 'TimeoutError')
}

function clientError(code: string, cause?: unknown): ClientError {
  return Object.assign(new ClientError('refused by the client', { cause }), { code })
}

/** As openid-client wraps an answer that is no OAuth answer. */
function answerError(status: number, headers: Record<string, string> = {}): ClientError {
  return clientError('OAUTH_RESPONSE_IS_NOT_CONFORM', new Response('<html>', { status, headers }))
}

describe('readProviderFailure', () => {
  it.each<[string, unknown, string, string]>([
    ['a refused connection', fetchError('ECONNREFUSED'), 'transient', 'connection-refused'],
    ['a reset connection', fetchError('ECONNRESET'), 'transient', 'provider-unreachable'],
    ['an unknown host', fetchError('ENOTFOUND'), 'transient', 'name-not-resolved'],
    ['a silent resolver', fetchError('EAI_AGAIN'), 'transient', 'name-not-resolved'],
    ['a foreign certificate', fetchError('SELF_SIGNED_CERT_IN_CHAIN'), 'transient', 'provider-untrusted'],
    ['another host’s certificate', fetchError('ERR_TLS_CERT_ALTNAME_INVALID'), 'transient', 'provider-untrusted'],
    ['a certificate from the future', fetchError('CERT_NOT_YET_VALID'), 'transient', 'clock-wrong'],
    ['a timeout', clientError('OAUTH_TIMEOUT'), 'transient', 'provider-timeout'],
    ['a body that never ends', clientError('OAUTH_PARSE_ERROR', timeoutError()), 'transient', 'provider-timeout'],
    ['a connection that takes too long', fetchError('UND_ERR_CONNECT_TIMEOUT'), 'transient', 'provider-timeout'],
    ['a huge answer', fetchError('UND_ERR_RES_EXCEEDED_MAX_SIZE'), 'transient', 'provider-answer-invalid'],
    ['429', answerError(429), 'transient', 'provider-throttled'],
    ['502 with HTML', answerError(502), 'transient', 'provider-unavailable'],
    ['503 with an OAuth body', bodyError(503, 'temporarily_unavailable'), 'transient', 'provider-unavailable'],
    ['a redirect', answerError(302), 'transient', 'captive-portal'],
    ['511', answerError(511), 'transient', 'captive-portal'],
    ['a captive portal’s 200', answerError(200, { 'content-type': 'text/html' }), 'transient', 'captive-portal'],
    ['200 with something else', answerError(200), 'transient', 'provider-answer-invalid'],
    ['authorization_pending', bodyError(400, 'authorization_pending'), 'oauth', 'provider-error'],
    ['invalid_client', bodyError(401, 'invalid_client'), 'oauth', 'provider-refused-client'],
    ['a policy', bodyError(400, 'interaction_required'), 'oauth', 'sign-in-blocked'],
    ['a name every object has', bodyError(400, 'constructor'), 'oauth', 'provider-error'],
    ['a forged token', clientError('OAUTH_JWT_CLAIM_COMPARISON_FAILED'), 'final', 'token-invalid'],
    ['a bug of ours', new RangeError('oops'), 'final', 'unexpected'],
    ['a proxy that is away', new KioskError('proxy-unreachable', 'away'), 'transient', 'proxy-unreachable'],
    ['an error of ours', new KioskError('vault-unavailable', 'full'), 'final', 'vault-unavailable'],
  ])('reads %s', (_what, error, kind, code) => {
    const failure = readProviderFailure(error)
    expect([failure.kind, failure.trouble.code]).toEqual([kind, code])
    expect(failure.trouble.message).not.toContain('secret words')
  })

  it.each<[string, string | null]>([
    ['invalid_client', 'invalid_client'],
    ['words with <b>markup</b>', null],
    ['x'.repeat(65), null],
  ])('passes on the provider’s own word %s only where it may be shown', (error, shown) => {
    expect(readProviderFailure(bodyError(400, error)).providerError).toBe(shown)
  })

  it('names Entra ID’s first number rather than its word', () => {
    const cause = { error: 'invalid_client', error_codes: [7000218, 1] }
    const error = new ResponseBodyError('refused', { cause, response: new Response(null, { status: 401 }) })
    expect(readProviderFailure(error).providerError).toBe('AADSTS7000218')
  })

  it('takes along how long the server asks to wait', () => {
    expect(readProviderFailure(answerError(503, { 'retry-after': '7' }))).toMatchObject({ retryAfterMs: 7_000 })
  })

  const date = 'Thu, 01 Jan 1970 00:01:00 GMT'
  it.each<[Record<string, string>, number | null]>([
    [{ 'retry-after': '120' }, 120_000],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:01:30 GMT' }, 30_000],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:30 GMT' }, 0],
    [{ 'retry-after': 'soon' }, null],
    [{ 'x-rate-limit-reset': '75' }, 15_000],
    [{ 'x-rate-limit-reset': '30' }, 0],
    [{ 'x-rate-limit-reset': 'x' }, null],
    [{ 'retry-after': '1', 'x-rate-limit-reset': '75' }, 1_000],
    [{}, null],
  ])('reads how long %j asks to wait, on the server’s clock', (headers, waitMs) => {
    // The kiosk's clock is right, or an hour wrong while the server names its own time.
    expect(retryAfterMs(new Headers(headers), 60_000)).toBe(waitMs)
    expect(retryAfterMs(new Headers({ ...headers, date }), 3_660_000)).toBe(waitMs)
  })
})
