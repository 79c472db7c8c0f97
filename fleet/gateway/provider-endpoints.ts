/** Which addresses of a provider a kiosk needs, and by which method. Pure; lists nothing that a kiosk can do without. */
import type { GatewayProvider } from './gateway-settings.ts'

const ENDPOINT_KINDS = ['discovery', 'key-set', 'device-authorization', 'token', 'revocation'] as const
export type EndpointKind = (typeof ENDPOINT_KINDS)[number]

export type ProviderEndpoint = {
  kind: EndpointKind
  method: 'GET' | 'POST'
  /** With the port where it is not 443, as a URL writes it. */
  host: string
  path: string
}

const METHODS: Readonly<Record<EndpointKind, 'GET' | 'POST'>> = {
  discovery: 'GET',
  'key-set': 'GET',
  'device-authorization': 'POST',
  token: 'POST',
  revocation: 'POST',
}

type Addresses = Readonly<Record<Exclude<EndpointKind, 'revocation'>, string>> & { revocation?: string | undefined }

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code; there is no revocation endpoint. */
function entraAddresses(authority: string, tenantId: string): Addresses {
  const tenant = `https://${authority}/${tenantId}`
  return {
    discovery: `${tenant}/v2.0/.well-known/openid-configuration`,
    'key-set': `${tenant}/discovery/v2.0/keys`,
    'device-authorization': `${tenant}/oauth2/v2.0/devicecode`,
    token: `${tenant}/oauth2/v2.0/token`,
  }
}

/** https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview: a custom authorization server, or the org's. */
function oktaAddresses(domain: string, authorizationServerId: string | undefined): Addresses {
  const issuer = authorizationServerId === undefined ? '' : `/oauth2/${authorizationServerId}`
  const base = `https://${domain}${issuer || '/oauth2'}/v1`
  return {
    discovery: `https://${domain}${issuer}/.well-known/openid-configuration`,
    'key-set': `${base}/keys`,
    'device-authorization': `${base}/device/authorize`,
    token: `${base}/token`,
    revocation: `${base}/revoke`,
  }
}

function addressesOf(provider: GatewayProvider): Addresses {
  switch (provider.kind) {
    case 'entra':
      return entraAddresses(provider.authority, provider.tenantId)
    case 'okta':
      return oktaAddresses(provider.domain, provider.authorizationServerId)
    case 'oidc': {
      const { discovery, keySet, deviceAuthorization, token, revocation } = provider.endpoints
      return { discovery, 'key-set': keySet, 'device-authorization': deviceAuthorization, token, revocation }
    }
  }
}

/** @returns each endpoint that the provider has, once */
export function listEndpoints(provider: GatewayProvider): ProviderEndpoint[] {
  const addresses = addressesOf(provider)
  return ENDPOINT_KINDS.flatMap((kind) => {
    const address = addresses[kind]
    if (address === undefined) return []
    const { host, pathname } = new URL(address)
    return [{ kind, method: METHODS[kind], host, path: pathname }]
  })
}
