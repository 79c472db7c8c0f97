/** What a good token answer becomes: the tokens of one session and whose they are. Never authorises by name or e-mail. */
import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client'
import { z } from 'zod'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import { checkClaims, readGrantedScopes } from './access-rule.ts'
import { PROVIDER_PROFILES } from './provider-profiles.ts'

/** A token answer whose ID token, if any, openid-client has validated. */
export type TokenAnswer = TokenEndpointResponse & TokenEndpointResponseHelpers

/** RFC 6749 §5.1 leaves `expires_in` out where it goes without saying; an hour is the common case. */
const DEFAULT_LIFETIME_SECONDS = 3600

/** openid-client checks `exp` and `nbf`; an ID token from further in the future than this was not issued honestly. */
const MOST_FUTURE_MS = 60_000

export const sessionTokensSchema = z.strictObject({
  accessToken: z.string().min(1),
  accessTokenExpiresAtMs: z.number(),
  accessTokenLifetimeMs: z.number(),
  refreshToken: z.string().min(1).nullable(),
  /** `tid` and `oid` at Entra ID, `iss` and `sub` elsewhere: what a refreshed ID token must name again. */
  userKey: z.string().min(1),
  displayName: z.string().min(1),
  scopes: z.array(z.string()),
})
export type SessionTokens = z.infer<typeof sessionTokensSchema>

type Rules = Pick<KioskConfig, 'identity' | 'access'> & {
  /** Whether this device may be used by somebody yet; throws its own KioskError. Not asked when tokens are renewed. */
  admit: (claims: Readonly<Record<string, unknown>>) => void
  /** Whom the ID token names, before anybody judges them. */
  onPerson?: ((person: { userKey: string; tokenId: string | null }) => void) | undefined
}

const claimsSchema = z.looseObject({
  iss: z.string(),
  sub: z.string(),
  iat: z.number(),
  oid: z.string().optional(),
  tid: z.string().optional(),
  name: z.string().optional(),
  given_name: z.string().optional(),
  /** Entra ID's and everybody else's name for the token itself. */
  uti: z.string().optional().catch(undefined),
  jti: z.string().optional().catch(undefined),
})

/**
 * Reads an answer whose ID token openid-client has validated.
 *
 * @param nowMs when the answer arrived, on the kiosk's clock
 * @param providerEpochMs the same moment on the provider's wall clock
 * @param previous the session's tokens before a refresh, which may leave ID token, refresh token and scopes out
 * @throws KioskError `token-invalid` without an ID token, for another tenant, or for another user than before;
 *   `person-not-allowed` and `scope-not-granted` as the bundle's `access` says; what `admit` throws at a sign-in
 */
export function readSessionTokens(
  answer: TokenAnswer,
  {
    identity,
    access,
    admit,
    onPerson,
    nowMs,
    providerEpochMs,
    previous,
  }: Rules & { nowMs: number; providerEpochMs: number; previous: SessionTokens | undefined },
): SessionTokens {
  const person =
    readPerson(answer, { identity, access, admit: previous ? () => {} : admit, onPerson }, providerEpochMs) ?? previous
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
    scopes: readGrantedScopes(answer.scope, previous?.scopes ?? identity.scopes, access),
  }
}

function readPerson(
  answer: TokenAnswer,
  { identity, access, admit, onPerson }: Rules,
  providerEpochMs: number,
): { userKey: string; displayName: string } | null {
  const claims = claimsSchema.optional().parse(answer.claims())
  if (!claims) return null
  const named = PROVIDER_PROFILES[identity.provider].userKeyClaims.map((name) => claims[name])
  // An Entra ID without `oid` (the scope "profile" was not granted) still names a person by issuer and subject.
  const key = named.every((value) => value !== undefined) ? named : [claims.iss, claims.sub]
  const userKey = key.join(' ')
  onPerson?.({ userKey, tokenId: claims.uti ?? claims.jti ?? null })
  if (claims.iat * 1000 > providerEpochMs + MOST_FUTURE_MS) {
    throw new KioskError('token-invalid', 'the ID token was issued in the future')
  }
  if (identity.tenantId !== undefined && claims.tid !== identity.tenantId) {
    throw new KioskError('token-invalid', 'the ID token comes from another tenant than identity.tenantId')
  }
  checkClaims(claims, access)
  admit(claims)
  return {
    userKey,
    displayName: claims.name?.trim() || claims.given_name?.trim() || claims.sub,
  }
}
