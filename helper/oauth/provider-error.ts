/** Translates what openid-client and fetch throw into the kiosk's own codes, once. Never looks at error_description. */
import { ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client'
import { z } from 'zod'
import { KioskError, type TroubleCode } from '../../contract/kiosk-error.ts'
import { GatewayWord } from '../attestation/gateway-word.ts'

/**
 * What a failed request to the provider means for a grant.
 *
 * `oauth` is an OAuth error of RFC 6749 §5.2 or RFC 8628 §3.5; `transient` may heal by waiting; `final` will not.
 * `providerError` is the provider's own name for it, such as `AADSTS7000218` or `invalid_client`, or the gateway's, such as
 * `certificate-revoked`; for hints only.
 */
export type ProviderFailure = { trouble: KioskError; providerError: string | null } & (
  | { kind: 'oauth'; error: string; intervalSeconds: number | null }
  | { kind: 'transient'; retryAfterMs: number | null }
  | { kind: 'final' }
)

/** 408 and 425 ask for another try, 429 for a slower one; a server error is the server's own to mend. */
function isTransientStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}

/** OAuth errors and the trouble they make outside of polling; any other is a `provider-error`. */
const TROUBLE_OF_ERROR: Readonly<Record<string, TroubleCode>> = {
  // They speak of this client's registration: nothing heals until an administrator acts.
  invalid_client: 'provider-refused-client',
  unauthorized_client: 'provider-refused-client',
  unsupported_grant_type: 'provider-refused-client',
  invalid_scope: 'provider-refused-client',
  // OpenID Connect Core §3.1.2.6; Entra ID says so where a policy blocks the sign-in.
  interaction_required: 'sign-in-blocked',
  login_required: 'sign-in-blocked',
  consent_required: 'sign-in-blocked',
}

/** Network faults by the codes of Node and undici, first match first. */
const TROUBLE_OF_SYSTEM_CODE: readonly [RegExp, TroubleCode, string][] = [
  [/^(ENOTFOUND|EAI_\w+)$/, 'name-not-resolved', 'the provider’s name cannot be resolved'],
  [/^ECONNREFUSED$/, 'connection-refused', 'the provider’s host refuses the connection'],
  [/^(ETIMEDOUT|UND_ERR_\w*TIMEOUT)$/, 'provider-timeout', 'the provider did not answer in time'],
  [/^UND_ERR_RES_EXCEEDED_MAX_SIZE$/, 'provider-answer-invalid', 'the provider’s answer has no end'],
  [/^CERT_NOT_YET_VALID$/, 'clock-wrong', 'by this kiosk’s clock the provider’s certificate is not valid yet'],
  [
    /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO$|INVALID_CA|HOSTNAME_MISMATCH)/,
    'provider-untrusted',
    'the provider’s certificate is not trusted; if this network inspects TLS, list its authority in network.trustedCaFiles',
  ],
]

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

/** A server that wishes for more is not believed. */
const LONGEST_WISH_MS = 24 * 3_600_000

/**
 * How long the server asks to be left alone: `Retry-After` as seconds or a date (RFC 9110 §10.2.3), else Okta's
 * `X-Rate-Limit-Reset` in epoch seconds. Moments are read on the server's own clock, its `Date` header, because the
 * kiosk's may be wrong.
 */
export function retryAfterMs(headers: Headers, nowEpochMs: number): number | null {
  const serverDateMs = Date.parse(headers.get('date') ?? '')
  const serverNowMs = Number.isNaN(serverDateMs) ? nowEpochMs : serverDateMs
  const until = (atEpochMs: number) =>
    Number.isNaN(atEpochMs) ? null : Math.min(Math.max(atEpochMs - serverNowMs, 0), LONGEST_WISH_MS)
  const retryAfter = headers.get('retry-after')?.trim()
  if (retryAfter !== undefined)
    return /^\d+$/.test(retryAfter)
      ? Math.min(Number(retryAfter) * 1000, LONGEST_WISH_MS)
      : until(Date.parse(retryAfter))
  const reset = headers.get('x-rate-limit-reset')?.trim()
  return reset !== undefined && /^\d+$/.test(reset) ? until(Number(reset) * 1000) : null
}

function transient(code: TroubleCode, message: string, cause: unknown, waitMs: number | null = null): ProviderFailure {
  const trouble = new KioskError(code, message, { cause })
  return { kind: 'transient', retryAfterMs: waitMs, trouble, providerError: null }
}

function final(
  code: TroubleCode,
  message: string,
  cause: unknown,
  providerError: string | null = null,
): ProviderFailure {
  return { kind: 'final', trouble: new KioskError(code, message, { cause }), providerError }
}

/** As much of a response as a fault is read from; openid-client may hold another class than this realm's own. */
type FaultyResponse = { status: number; headers: Headers }

function isResponse(value: unknown): value is FaultyResponse {
  return typeof value === 'object' && value !== null && 'status' in value && 'headers' in value
}

function ofStatus({ status, headers }: FaultyResponse, cause: unknown): ProviderFailure {
  const wait = retryAfterMs(headers, Date.now())
  if (status === 429) return transient('provider-throttled', 'the provider asks to slow down (429)', cause, wait)
  if (isPortal(status, headers)) {
    return transient('captive-portal', `a page of somebody else came in the provider’s place (${status})`, cause)
  }
  if (isTransientStatus(status))
    return transient('provider-unavailable', `the provider answered ${status}`, cause, wait)
  return transient('provider-answer-invalid', `something answered ${status} in the provider’s place`, cause)
}

/** Networks that want a log-in or a click first redirect, answer 511 (RFC 6585 §6), or serve their page as it were. */
function isPortal(status: number, headers: Headers): boolean {
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false
  return (status >= 300 && status < 400) || status === 511 || (isPage && status < 300)
}

const bodySchema = z.looseObject({ interval: z.number().optional().catch(undefined) })
const entraBodySchema = z.looseObject({ error_codes: z.tuple([z.int()]).rest(z.unknown()) })

/** Only what may be shown: a word of the provider's, or Entra ID's first number. */
function providerErrorOf(error: string, body: unknown): string | null {
  const entra = entraBodySchema.safeParse(body)
  if (entra.success) return `AADSTS${entra.data.error_codes[0]}`
  return /^[\w.-]{1,64}$/.test(error) ? error : null
}

function ofBody(failure: ResponseBodyError): ProviderFailure {
  const { error, status, cause: body } = failure
  // RFC 8628 §3.5 gives these two their meaning, whatever status a provider or its limiter sends them with.
  const isPollAnswer = error === 'slow_down' || error === 'authorization_pending'
  if (!isPollAnswer && isTransientStatus(status)) return ofStatus(failure.response, failure)
  const code = (Object.hasOwn(TROUBLE_OF_ERROR, error) && TROUBLE_OF_ERROR[error]) || 'provider-error'
  return {
    kind: 'oauth',
    error,
    intervalSeconds: bodySchema.safeParse(body).data?.interval ?? null,
    trouble: new KioskError(code, `the provider answered "${error}"`, { cause: failure }),
    providerError: providerErrorOf(error, body),
  }
}

/** openid-client reads no body behind a challenge: a 401 may be `invalid_client`, any other status speaks for itself. */
function ofChallenge(error: WWWAuthenticateChallengeError): ProviderFailure {
  if (error.status !== 401) return ofStatus(error.response, error)
  return final('provider-refused-client', 'the provider asks this client to authenticate (401)', error)
}

/** Failures of validation: the answer is whole but must not be trusted. */
const UNTRUSTED_TOKEN = new Set([
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
])

/** What the kiosk's own layers below have told apart already. */
const TRANSIENT_TROUBLES = new Set<string>([
  'proxy-unreachable',
  'proxy-refused',
  'provider-timeout',
  'provider-answer-invalid',
  'provider-unreachable',
  'gateway-unreachable',
  'gateway-untrusted',
  'gateway-rate-limited',
  'gateway-unavailable',
  // Somebody at work on the gateway's settings should end no session.
  'gateway-refused',
])

function ofKioskError(trouble: KioskError): ProviderFailure {
  const word = trouble.cause instanceof GatewayWord ? trouble.cause : null
  const providerError = word?.reason ?? null
  if (!TRANSIENT_TROUBLES.has(trouble.code)) return { kind: 'final', trouble, providerError }
  return { kind: 'transient', retryAfterMs: word?.retryAfterMs ?? null, trouble, providerError }
}

/** Reads an error of a request to the provider. Errors of ours pass as they are. */
export function readProviderFailure(error: unknown): ProviderFailure {
  for (const cause of causes(error)) if (cause instanceof KioskError) return ofKioskError(cause)
  if (error instanceof ResponseBodyError) return ofBody(error)
  if (error instanceof WWWAuthenticateChallengeError) return ofChallenge(error)
  const code = systemCode(error)
  const known = TROUBLE_OF_SYSTEM_CODE.find(([pattern]) => pattern.test(code))
  if (known) return transient(known[1], `${known[2]} (${code})`, error)
  for (const cause of causes(error)) {
    const isTimeout = cause instanceof Error && cause.name === 'TimeoutError'
    if (isTimeout) return transient('provider-timeout', 'the provider did not answer in time', error)
  }
  if (error instanceof ClientError) {
    if (error.code === 'OAUTH_TIMEOUT')
      return transient('provider-timeout', 'the provider did not answer in time', error)
    if (isResponse(error.cause)) return ofStatus(error.cause, error)
    if (error.code !== undefined && UNTRUSTED_TOKEN.has(error.code)) {
      return final('token-invalid', `token refused: ${error.message}`, error)
    }
    return transient('provider-answer-invalid', `the provider’s answer cannot be read: ${error.message}`, error)
  }
  if (error instanceof TypeError) {
    return transient('provider-unreachable', `no connection to the provider (${code || error.message})`, error)
  }
  return final('unexpected', 'unexpected fault of a provider request', error)
}
