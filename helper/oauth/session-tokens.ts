/** What a good token answer becomes: the tokens of one session and whose they are. Never authorises by name or e-mail. */
import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client'
import { z } from 'zod'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError } from '../../contract/kiosk-error.ts'

/** A token answer whose ID token, if any, openid-client has validated. */
export type TokenAnswer = TokenEndpointResponse & TokenEndpointResponseHelpers

/** RFC 6749 §5.1 leaves `expires_in` out where it goes without saying; an hour is the common case. */
const DEFAULT_LIFETIME_SECONDS = 3600

export const sessionTokensSchema = z.strictObject({
  accessToken: z.string().min(1),
  accessTokenExpiresAtMs: z.number(),
  accessTokenLifetimeMs: z.number(),
  refreshToken: z.string().min(1).nullable(),
  /** `tid` and `oid` at Entra ID, `iss` and `sub` elsewhere: what a refreshed ID token must name again. */
  userKey: z.string().min(1),
  displayName: z.string().min(1),
})
export type SessionTokens = z.infer<typeof sessionTokensSchema>

const claimsSchema = z.looseObject({
  iss: z.string(),
  sub: z.string(),
  oid: z.string().optional(),
  tid: z.string().optional(),
  name: z.string().optional(),
  given_name: z.string().optional(),
})

/**
 * Reads an answer whose ID token openid-client has validated.
 *
 * @param nowMs when the answer arrived, on the monotonic clock
 * @param previous the session's tokens before a refresh, which may leave ID and refresh token out
 * @throws KioskError `token-invalid` without an ID token, for another tenant, or for another user than before
 */
export function readSessionTokens(
  answer: TokenAnswer,
  identity: KioskConfig['identity'],
  nowMs: number,
  previous?: SessionTokens,
): SessionTokens {
  const person = readPerson(answer, identity) ?? previous
  if (!person) throw new KioskError('token-invalid', 'the provider sent no ID token: the scope "openid" is not granted')
  if (previous && person.userKey !== previous.userKey) {
    throw new KioskError('token-invalid', 'the refreshed ID token names another user')
  }
  const lifetimeMs = (answer.expires_in ?? DEFAULT_LIFETIME_SECONDS) * 1000
  return {
    accessToken: answer.access_token,
    accessTokenExpiresAtMs: nowMs + lifetimeMs,
    accessTokenLifetimeMs: lifetimeMs,
    refreshToken: answer.refresh_token ?? previous?.refreshToken ?? null,
    userKey: person.userKey,
    displayName: person.displayName,
  }
}

function readPerson(
  answer: TokenAnswer,
  identity: KioskConfig['identity'],
): { userKey: string; displayName: string } | null {
  const claims = claimsSchema.optional().parse(answer.claims())
  if (!claims) return null
  if (identity.tenantId !== undefined && claims.tid !== identity.tenantId) {
    throw new KioskError('token-invalid', 'the ID token comes from another tenant than identity.tenantId')
  }
  const isEntraUser = identity.provider === 'entra' && claims.oid !== undefined && claims.tid !== undefined
  return {
    userKey: isEntraUser ? `${claims.tid} ${claims.oid}` : `${claims.iss} ${claims.sub}`,
    displayName: claims.name?.trim() || claims.given_name?.trim() || claims.sub,
  }
}
