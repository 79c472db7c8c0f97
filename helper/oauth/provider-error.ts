/** Translates what openid-client and fetch throw into the kiosk's own codes, once. Never looks at error_description. */
import { ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client'
import { KioskError, type TroubleCode } from '../../contract/kiosk-error.ts'

/**
 * What a failed request to the provider means for a grant.
 *
 * `oauth` is an OAuth error of RFC 6749 §5.2 or RFC 8628 §3.5; `transient` may heal by waiting; `final` will not.
 */
export type ProviderFailure =
  | { kind: 'oauth'; error: string; intervalSeconds: number | null; trouble: KioskError }
  | { kind: 'transient'; retryAfterMs: number | null; trouble: KioskError }
  | { kind: 'final'; trouble: KioskError }

/** 408 and 425 ask for another try, 429 for a slower one; a server error is the server's own to mend. */
function isTransientStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}

/** OAuth errors that speak of this client's registration: nothing heals until an administrator acts. */
const CLIENT_ERRORS = new Set(['invalid_client', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope'])

const TLS_CODES = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO$|INVALID_CA|HOSTNAME_MISMATCH)/

function* causes(error: unknown): Generator<unknown> {
  for (let cause = error, depth = 0; cause !== undefined && cause !== null && depth < 8; depth++) {
    yield cause
    cause = typeof cause === 'object' && 'cause' in cause ? cause.cause : undefined
  }
}

function systemCode(error: unknown): string {
  for (const cause of causes(error)) {
    if (typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string') {
      if (!cause.code.startsWith('OAUTH_')) return cause.code
    }
  }
  return ''
}

/**
 * How long the server asks to be left alone: `Retry-After` as seconds or a date (RFC 9110 §10.2.3), else Okta's
 * `X-Rate-Limit-Reset` in epoch seconds. Moments are read on the server's own clock, its `Date` header, because the
 * kiosk's may be wrong.
 */
export function retryAfterMs(headers: Headers, nowEpochMs: number): number | null {
  const serverDateMs = Date.parse(headers.get('date') ?? '')
  const serverNowMs = Number.isNaN(serverDateMs) ? nowEpochMs : serverDateMs
  const until = (atEpochMs: number) => (Number.isNaN(atEpochMs) ? null : Math.max(atEpochMs - serverNowMs, 0))
  const retryAfter = headers.get('retry-after')?.trim()
  if (retryAfter !== undefined)
    return /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : until(Date.parse(retryAfter))
  const reset = headers.get('x-rate-limit-reset')?.trim()
  return reset !== undefined && /^\d+$/.test(reset) ? until(Number(reset) * 1000) : null
}

function transient(code: TroubleCode, message: string, cause: unknown, waitMs: number | null = null): ProviderFailure {
  return { kind: 'transient', retryAfterMs: waitMs, trouble: new KioskError(code, message, { cause }) }
}

function ofStatus(status: number, headers: Headers, cause: unknown): ProviderFailure {
  const wait = retryAfterMs(headers, Date.now())
  if (status === 429) return transient('provider-throttled', 'the provider asks to slow down (429)', cause, wait)
  if (isTransientStatus(status))
    return transient('provider-unavailable', `the provider answered ${status}`, cause, wait)
  return transient('provider-answer-invalid', `something answered ${status} in the provider’s place`, cause)
}

function ofBody(error: ResponseBodyError): ProviderFailure {
  // RFC 8628 §3.5 gives these two their meaning, whatever status a provider or its limiter sends them with.
  const isPollAnswer = error.error === 'slow_down' || error.error === 'authorization_pending'
  if (!isPollAnswer && isTransientStatus(error.status)) return ofStatus(error.status, error.response.headers, error)
  const interval = error.cause.interval
  const code: TroubleCode = CLIENT_ERRORS.has(error.error) ? 'provider-refused-client' : 'provider-error'
  return {
    kind: 'oauth',
    error: error.error,
    intervalSeconds: typeof interval === 'number' ? interval : null,
    trouble: new KioskError(code, `the provider answered "${error.error}"`, { cause: error }),
  }
}

/** openid-client reads no body behind a challenge: a 401 may be `invalid_client`, any other status speaks for itself. */
function ofChallenge(error: WWWAuthenticateChallengeError): ProviderFailure {
  if (error.status !== 401) return ofStatus(error.status, error.response.headers, error)
  const message = 'the provider asks this client to authenticate (401)'
  return { kind: 'final', trouble: new KioskError('provider-refused-client', message, { cause: error }) }
}

/** Failures of validation: the answer is whole but must not be trusted. */
const UNTRUSTED_TOKEN = new Set([
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
])

/** Reads an error of a request to the provider. Errors of ours pass as they are. */
export function readProviderFailure(error: unknown): ProviderFailure {
  if (error instanceof KioskError) return { kind: 'final', trouble: error }
  if (error instanceof ResponseBodyError) return ofBody(error)
  if (error instanceof WWWAuthenticateChallengeError) return ofChallenge(error)
  const code = systemCode(error)
  if (TLS_CODES.test(code)) {
    return transient('provider-untrusted', `the provider’s certificate is not trusted (${code})`, error)
  }
  if (error instanceof ClientError) {
    if (error.code === 'OAUTH_TIMEOUT')
      return transient('provider-timeout', 'the provider did not answer in time', error)
    if (error.cause instanceof Response) return ofStatus(error.cause.status, error.cause.headers, error)
    if (error.code !== undefined && UNTRUSTED_TOKEN.has(error.code)) {
      return {
        kind: 'final',
        trouble: new KioskError('token-invalid', `token refused: ${error.message}`, { cause: error }),
      }
    }
    return transient('provider-answer-invalid', `the provider’s answer cannot be read: ${error.message}`, error)
  }
  if (error instanceof TypeError) {
    return transient('provider-unreachable', `no connection to the provider (${code || error.message})`, error)
  }
  return {
    kind: 'final',
    trouble: new KioskError('unexpected', 'unexpected fault of a provider request', { cause: error }),
  }
}
