/** Who of a tenant's people may sign in here, and with which scopes. Pure. Never judges by name or e-mail address. */
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError } from '../../contract/kiosk-error.ts'

type Access = KioskConfig['access']

/** Scopes of OpenID Connect itself: they say which claims come along, not what an API allows. */
const OPENID_SCOPES = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])

function valuesOf(claim: unknown): string[] {
  return (Array.isArray(claim) ? claim : [claim]).filter((value) => value !== undefined && value !== null).map(String)
}

/** @returns what an ID token lacks, naming the first such claim and never its values; null where it meets them all */
export function findUnmetClaim(
  claims: Readonly<Record<string, unknown>>,
  required: Access['requiredClaims'],
): string | null {
  for (const [name, admitted] of Object.entries(required)) {
    const held = valuesOf(Object.hasOwn(claims, name) ? claims[name] : undefined)
    if (held.some((value) => valuesOf(admitted).includes(value))) continue
    return `${held.length === 0 ? 'holds no' : 'holds no admitted value of the'} claim "${name}"`
  }
  return null
}

/** @throws KioskError `person-not-allowed` naming the claim, never its values */
export function checkClaims(claims: Readonly<Record<string, unknown>>, access: Access): void {
  const unmet = findUnmetClaim(claims, access.requiredClaims)
  if (unmet !== null) throw new KioskError('person-not-allowed', `the ID token ${unmet} (access.requiredClaims)`)
}

/**
 * Reads which scopes were granted. An absent or empty `scope` means "as requested" (RFC 6749 §5.1; Descope answers "").
 *
 * @throws KioskError `scope-not-granted` naming what is missing of `access.requiredScopes` or beyond `access.allowedScopes`
 */
export function readGrantedScopes(
  answered: string | undefined,
  requested: readonly string[],
  access: Access,
): string[] {
  const named = answered?.split(' ').filter((scope) => scope !== '') ?? []
  const granted = named.length > 0 ? named : [...requested]
  const missing = access.requiredScopes.filter((scope) => !OPENID_SCOPES.has(scope) && !granted.includes(scope))
  if (missing.length > 0) throw refuse(`does not grant ${missing.join(' ')} (access.requiredScopes)`)
  const { allowedScopes } = access
  const beyond = granted.filter((scope) => !OPENID_SCOPES.has(scope) && allowedScopes && !allowedScopes.includes(scope))
  if (beyond.length > 0) throw refuse(`grants ${beyond.join(' ')} too, beyond access.allowedScopes`)
  return granted
}

function refuse(why: string): KioskError {
  return new KioskError('scope-not-granted', `the provider ${why}`)
}
