/** What a provider's discovery document promises a kiosk, and what it leaves open. Pure. Never takes silence for a promise. */
import { z } from 'zod'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { isLoopbackHttp } from '../../contract/web-address.ts'
import { readEndpoints } from '../oauth/provider-endpoints.ts'
import { PROVIDER_PROFILES } from '../oauth/provider-profiles.ts'
import type { CheckOutcome } from '../support/check-run.ts'

type Identity = Pick<KioskConfig['identity'], 'provider' | 'issuer' | 'scopes'>

const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

const names = z.array(z.string()).nullable().catch(null).default(null)
/** RFC 8414 §2; all of them are optional. */
const promisesSchema = z.looseObject({ grant_types_supported: names, scopes_supported: names })

function isSecure(url: string): boolean {
  return url.startsWith('https://') || isLoopbackHttp(url)
}

/** Endpoints there, and none of them without TLS. */
export function judgeMetadata(document: object, { provider, issuer }: Identity): CheckOutcome {
  const endpoints = readEndpoints(document, issuer, PROVIDER_PROFILES[provider])
  for (const name of ['token', 'key-set'] as const) {
    if (endpoints[name] === null) {
      return { state: 'failed', code: 'provider-answer-invalid', found: `the document names no ${name} endpoint` }
    }
  }
  const insecure = Object.entries(endpoints).find(([, url]) => url !== null && !isSecure(url))
  if (insecure) {
    return { state: 'failed', code: 'provider-answer-invalid', found: `the ${insecure[0]} endpoint is no https URL` }
  }
  const there = Object.values(endpoints).filter((url) => url !== null)
  return { state: 'ok', found: `issuer as configured, ${there.length} endpoints, all https` }
}

/** RFC 8628 §4. */
export function judgeDeviceGrant(document: object, { provider, issuer }: Identity): CheckOutcome {
  const endpoints = readEndpoints(document, issuer, PROVIDER_PROFILES[provider])
  if (endpoints['device-authorization'] === null) {
    return { state: 'failed', code: 'provider-refused-client', found: 'no device_authorization_endpoint' }
  }
  const grants = promisesSchema.parse(document).grant_types_supported
  if (grants === null) return { state: 'ok', found: 'endpoint there; the document lists no grants' }
  if (grants.includes(DEVICE_CODE_GRANT)) return { state: 'ok', found: 'endpoint and grant are listed' }
  return {
    state: 'warning',
    code: 'provider-refused-client',
    found: 'the endpoint is there, but grant_types_supported leaves the device code grant out',
  }
}

/** @param isAccepted what the provider said to a request with all of them; null where it could not be asked */
export function judgeScopes(document: object, { scopes }: Identity, isAccepted: boolean | null): CheckOutcome {
  const listed = promisesSchema.parse(document).scopes_supported
  const unlisted = listed === null ? [] : scopes.filter((scope) => !listed.includes(scope))
  const aside = unlisted.length === 0 ? '' : `; scopes_supported leaves out ${unlisted.join(', ')}`
  if (isAccepted === false) {
    return {
      state: 'failed',
      code: 'provider-refused-client',
      found: `invalid_scope for ${scopes.join(' ')}${aside}`,
      remedy:
        'Grant every scope of identity.scopes to the client, spelt as the provider spells it, or take it out of the bundle.',
    }
  }
  if (isAccepted === null) return { state: 'skipped', found: 'not asked: no code was given' }
  return { state: 'ok', found: `accepted: ${scopes.join(' ')}${aside}` }
}

/** As far as can be seen without a person: the tokens of a sign-in will tell. */
export function judgeRefresh(document: object, { scopes }: Identity): CheckOutcome {
  const remedy =
    'Without a refresh token a session ends with its access token. Add "offline_access" to identity.scopes and allow ' +
    'refresh tokens for the client.'
  if (!scopes.includes('offline_access')) {
    return { state: 'warning', code: 'scope-not-granted', found: 'identity.scopes has no offline_access', remedy }
  }
  const { grant_types_supported: grants, scopes_supported: listed } = promisesSchema.parse(document)
  if (grants !== null && !grants.includes('refresh_token')) {
    return { state: 'warning', code: 'scope-not-granted', found: 'grant_types_supported has no refresh_token', remedy }
  }
  if (listed === null) return { state: 'ok', found: 'asked for; the document lists no scopes' }
  if (listed.includes('offline_access')) return { state: 'ok', found: 'offline_access is offered' }
  return { state: 'warning', code: 'scope-not-granted', found: 'scopes_supported has no offline_access', remedy }
}
