/** The addresses of a provider, out of its discovery document and what is known of its kind. Pure. Never invents one. */
import type { ProviderProfile } from './provider-profiles.ts'

/** Null where the provider names none. */
export type ProviderEndpoints = {
  'device-authorization': string | null
  token: string | null
  'key-set': string | null
  revocation: string | null
  'end-session': string | null
}

/** As a discovery document may hold them: OpenID Connect Discovery 1.0 §3, RFC 8414 §2, RFC 8628 §4. */
type EndpointFields = {
  device_authorization_endpoint?: unknown
  token_endpoint?: unknown
  jwks_uri?: unknown
  revocation_endpoint?: unknown
  end_session_endpoint?: unknown
}

const address = (value: unknown) => (typeof value === 'string' && URL.canParse(value) ? value : null)

/** The device authorization endpoint of a provider whose document leaves it out, by the provider's kind. */
export function deviceEndpointOf(
  document: Pick<EndpointFields, 'device_authorization_endpoint'>,
  issuer: string,
  { paths }: Pick<ProviderProfile, 'paths'>,
): string | null {
  const { deviceAuthorization } = paths
  const known = deviceAuthorization === undefined ? null : new URL(deviceAuthorization, issuer).href
  return address(document.device_authorization_endpoint) ?? known
}

export function readEndpoints(
  document: EndpointFields,
  issuer: string,
  profile: Pick<ProviderProfile, 'paths'>,
): ProviderEndpoints {
  return {
    'device-authorization': deviceEndpointOf(document, issuer, profile),
    token: address(document.token_endpoint),
    'key-set': address(document.jwks_uri),
    revocation: address(document.revocation_endpoint),
    'end-session': address(document.end_session_endpoint),
  }
}
