/** Who may sign people in for this provider's kiosks, as it is registered here. Never reads an address of a request. */
import type { ClientMetadata } from 'oidc-provider'
import { TOKEN_EXCHANGE_GRANT_TYPE } from './provider-request.ts'

/** A client that keeps a secret: a server, not a device. */
type ConfidentialClient = { clientId: string; clientSecret: string }

/** Of these scopes a portal's client needs one. */
export const APPROVING_SCOPES: readonly string[] = ['users:token', 'device:approve']

/** The kiosk's client sends people who scan its code to their company's portal. */
export type ThirdPartyLogin = {
  /** OpenID Connect Core §4. */
  initiateLoginUri: string
  /** Without it the kiosk's client has registered an address, and nobody is sent there. */
  optedIn: boolean
  /** May bind the kiosk's codes, with one of `APPROVING_SCOPES`. */
  portal: ConfidentialClient & { scope: string }
  /** Whose ID tokens, issued to this audience, say who a person is. */
  company: { issuer: string; audience: string }
  /** What the exchange takes for a person: the company's ID token, or a token that the portal had made for whom it names. */
  subject: 'id-token' | 'user-token'
  /** Tells the portal when the kiosk's poll has been answered, which no standard asks for. */
  tellsStatus: boolean
  /** The client that may decide this kiosk's codes; the portal's own where nothing else is registered. */
  decidingClientId?: string
}

/** A company's web application, at the company's own provider. */
export type WebClient = ConfidentialClient & { redirectUri: string }

const OPT_IN = 'device_third_party_initiate_login'
const DECIDING_CLIENT = 'device_portal_client_id'

/** Metadata that oidc-provider does not know. */
export const PORTAL_METADATA_NAMES = [OPT_IN, DECIDING_CLIENT]

/**
 * What the kiosk's own client has registered besides.
 *
 * @param scope what a kiosk may ask for; without a list it would be all, a portal's `APPROVING_SCOPES` among them
 */
export function registerAtKiosk(login: ThirdPartyLogin, scope: string): Partial<ClientMetadata> {
  const { initiateLoginUri, optedIn, portal, decidingClientId = portal.clientId } = login
  return { scope, initiate_login_uri: initiateLoginUri, [OPT_IN]: optedIn, [DECIDING_CLIENT]: decidingClientId }
}

/** One provider serves many companies: no portal decides another company's codes. */
export function mayDecideCodesOf(kiosk: { metadata(): ClientMetadata }, portalClientId: string | undefined): boolean {
  return portalClientId !== undefined && kiosk.metadata()[DECIDING_CLIENT] === portalClientId
}

/** @returns where to send somebody who scanned a code of this client; null where it has not opted in */
export function initiateLoginUriOf(client: { metadata(): ClientMetadata }): string | null {
  const metadata = client.metadata()
  return metadata[OPT_IN] === true && metadata.initiate_login_uri !== undefined ? metadata.initiate_login_uri : null
}

export function portalClient({ clientId, clientSecret, scope }: ThirdPartyLogin['portal']): ClientMetadata {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: [TOKEN_EXCHANGE_GRANT_TYPE, 'client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope,
  }
}

export function webClient({ clientId, clientSecret, redirectUri }: WebClient): ClientMetadata {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: [redirectUri],
  }
}
