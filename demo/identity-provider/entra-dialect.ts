/** Says what oidc-provider says in Entra ID's words. Only rewrites answers; never decides whether a grant succeeds. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { DEVICE_CODE_GRANT_TYPE, PROVIDER_PATHS, type ProviderMiddleware, readForm } from './provider-request.ts'

export type EntraError = {
  error: string
  error_description: string
  error_codes: number[]
  timestamp: string
  trace_id: string
  correlation_id: string
}

type ErrorContext = {
  error: string
  isDeviceCodeGrant: boolean
  /** False for a device code that was never issued here. */
  isKnownDeviceCode: boolean
}
type EntraWords = { error: string; number: number; text: string }
type AnswerIdentity = { traceId: string; correlationId: string; atEpochMs: number }

const WORDS: Readonly<Record<string, EntraWords>> = {
  authorization_pending: {
    error: 'authorization_pending',
    number: 70016,
    text: 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  },
  slow_down: {
    error: 'slow_down',
    number: 50196,
    text: 'The server terminated an operation because it encountered a client request loop.',
  },
  access_denied: {
    error: 'authorization_declined',
    number: 65004,
    text: 'User declined to consent to access the app.',
  },
  expired_token: {
    error: 'expired_token',
    number: 70019,
    text: 'Verification code expired. Have the user retry the sign-in.',
  },
  invalid_client: {
    error: 'unauthorized_client',
    number: 700016,
    text: 'Application was not found in the directory.',
  },
  invalid_scope: {
    error: 'invalid_scope',
    number: 70011,
    text: 'The provided value for the input parameter scope is not valid.',
  },
  unsupported_grant_type: {
    error: 'unsupported_grant_type',
    number: 70003,
    text: 'The app returned an unsupported grant type.',
  },
}
const UNKNOWN_DEVICE_CODE: EntraWords = {
  error: 'bad_verification_code',
  number: 70018,
  text: 'Invalid verification code. The device code is not one that was issued.',
}
const REDEEMED_DEVICE_CODE: EntraWords = {
  error: 'invalid_grant',
  number: 54005,
  text: 'OAuth2 Authorization code was already redeemed.',
}
const REVOKED_REFRESH_TOKEN: EntraWords = {
  error: 'invalid_grant',
  number: 50173,
  text: 'The provided grant has expired due to it being revoked. A fresh sign-in is needed.',
}
const INVALID_REQUEST: EntraWords = {
  error: 'invalid_request',
  number: 900144,
  text: 'The request body is missing a required parameter.',
}

function wordsFor({ error, isDeviceCodeGrant, isKnownDeviceCode }: ErrorContext): EntraWords {
  // oidc-provider says invalid_grant for every code or token that it cannot use.
  if (error !== 'invalid_grant') return WORDS[error] ?? INVALID_REQUEST
  if (!isDeviceCodeGrant) return REVOKED_REFRESH_TOKEN
  return isKnownDeviceCode ? REDEEMED_DEVICE_CODE : UNKNOWN_DEVICE_CODE
}

/** Puts an OAuth error of oidc-provider into the body that Entra ID sends. */
export function toEntraError(context: ErrorContext, { traceId, correlationId, atEpochMs }: AnswerIdentity): EntraError {
  const { error, number, text } = wordsFor(context)
  const timestamp = new Date(atEpochMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z')
  const origin = `Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`
  return {
    error,
    error_description: `AADSTS${number}: ${text} ${origin}`,
    error_codes: [number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
  }
}

const deviceAnswerSchema = z.looseObject({
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.unknown().optional(),
})
export type DeviceAnswer = z.infer<typeof deviceAnswerSchema>

/** Entra ID gives no `verification_uri_complete`, and a `message` to show in its place. */
export function toEntraDeviceAnswer({ verification_uri_complete: _, ...answer }: DeviceAnswer): DeviceAnswer {
  const { user_code, verification_uri } = answer
  const where = `use a web browser to open the page ${verification_uri}`
  const message = `To sign in, ${where} and enter the code ${user_code} to authenticate.`
  return { ...answer, user_code, verification_uri, message }
}

const errorAnswerSchema = z.object({ error: z.string() })
const TRANSLATED_PATHS: readonly string[] = [PROVIDER_PATHS.token, PROVIDER_PATHS.deviceAuthorization]

type EntraDialectOptions = { now: () => number; isKnownDeviceCode: (deviceCode: string) => boolean }

/** The middleware that translates every answer a device gets. */
export function speakEntra({ now, isKnownDeviceCode }: EntraDialectOptions): ProviderMiddleware {
  return async (context, next) => {
    await next()
    if (!TRANSLATED_PATHS.includes(context.path)) return
    const traceId = randomUUID()
    // Entra ID takes over a client's own request id, so that both sides' logs line up.
    const correlationId = context.get('client-request-id') || randomUUID()
    context.set('x-ms-request-id', traceId)
    const deviceAnswer = deviceAnswerSchema.safeParse(context.body)
    if (deviceAnswer.success) context.body = toEntraDeviceAnswer(deviceAnswer.data)
    const errorAnswer = errorAnswerSchema.safeParse(context.body)
    if (!errorAnswer.success) return
    const form = await readForm(context.req)
    const { status } = context
    context.body = toEntraError(
      {
        error: errorAnswer.data.error,
        isDeviceCodeGrant: form.get('grant_type') === DEVICE_CODE_GRANT_TYPE,
        isKnownDeviceCode: isKnownDeviceCode(form.get('device_code') ?? ''),
      },
      { traceId, correlationId, atEpochMs: now() },
    )
    context.status = status
  }
}
