/** Sets oidc-provider up: device flow for one public client. Never leaves a default that warns on the console. */
import { generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { Account, Configuration, JWK } from 'oidc-provider'
import { createMemoryStore } from './memory-store.ts'
import { chooseAccountPath, deviceFlowPages, renderProviderError } from './phone-steps.ts'
import {
  APPROVING_SCOPES,
  PORTAL_METADATA_NAMES,
  portalClient,
  registerAtKiosk,
  type ThirdPartyLogin,
  type WebClient,
  webClient,
} from './portal-clients.ts'
import { DEVICE_CODE_GRANT_TYPE } from './provider-request.ts'
import { findStaffAccount, type StaffAccount } from './staff-accounts.ts'

export const CLIENT_ID = 'reception-kiosk'
const GRANTED_SCOPES = 'openid profile offline_access'
const DAY_SECONDS = 24 * 60 * 60

type Lifetimes = { codeLifetimeSeconds: number; accessTokenLifetimeSeconds: number }

/** An API whose access tokens are signed JWTs, for it alone; without one they are opaque. */
export type ApiResource = { audience: string; scopes: readonly string[] }

type ProviderSettings = Lifetimes & {
  api?: ApiResource
  /** The kiosk's people sign in at their company's portal. */
  thirdPartyLogin?: ThirdPartyLogin
  /** This is the provider of a company with an application of its own. */
  webApplication?: WebClient
}

export async function generateSigningKey(): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey
}

/** RS256, as Entra ID and Okta sign. */
export function toSigningJwk(privateKey: KeyObject): JWK {
  return { ...privateKey.export({ format: 'jwk' }), kty: 'RSA', use: 'sig', alg: 'RS256' }
}

function toAccount({ accountId, name, givenName, email, oid, tid }: StaffAccount): Account {
  return { accountId, claims: () => ({ sub: accountId, name, given_name: givenName, email, oid, tid }) }
}

/**
 * All but the signing key, which may change while the rest stays.
 *
 * @param lifetimes in seconds; at least one second each
 * @param entraLike as at Entra ID: no revocation endpoint, and a used refresh token stays valid
 */
export function createProviderConfiguration(
  { codeLifetimeSeconds, accessTokenLifetimeSeconds, api, thirdPartyLogin, webApplication }: ProviderSettings,
  entraLike: boolean,
): Configuration {
  return {
    adapter: createMemoryStore({ keepUsedRefreshTokens: entraLike }),
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clients: [
      {
        client_id: CLIENT_ID,
        client_name: 'The reception kiosk',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: [DEVICE_CODE_GRANT_TYPE, 'refresh_token'],
        response_types: [],
        redirect_uris: [],
        ...(thirdPartyLogin && registerAtKiosk(thirdPartyLogin, GRANTED_SCOPES)),
      },
      ...(thirdPartyLogin ? [portalClient(thirdPartyLogin.portal)] : []),
      ...(webApplication ? [webClient(webApplication)] : []),
    ],
    extraClientMetadata: { properties: PORTAL_METADATA_NAMES },
    clientAuthMethods: thirdPartyLogin || webApplication ? ['none', 'client_secret_basic'] : ['none'],
    responseTypes: ['code'],
    scopes: ['openid', 'offline_access', ...(thirdPartyLogin ? APPROVING_SCOPES : [])],
    claims: { openid: ['sub'], profile: ['name', 'given_name', 'email', 'oid', 'tid'] },
    // Entra ID and Okta put the profile into the ID token, not only behind userinfo.
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      dPoP: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      // RFC 8707, without the client naming it: as at Entra ID and Okta, the scopes say which API is meant.
      resourceIndicators: {
        enabled: true,
        defaultResource: (_context, client) => (client.clientId === CLIENT_ID && api ? api.audience : []),
        useGrantedResource: () => true,
        getResourceServerInfo: () => {
          if (!api) throw new Error('this provider knows no API')
          return {
            audience: api.audience,
            scope: api.scopes.join(' '),
            accessTokenFormat: 'jwt',
            accessTokenTTL: accessTokenLifetimeSeconds,
            jwt: { sign: { alg: 'RS256' } },
          }
        },
      },
      deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****', ...deviceFlowPages },
      clientCredentials: { enabled: thirdPartyLogin !== undefined },
      introspection: {
        enabled: thirdPartyLogin !== undefined,
        allowedPolicy: (_context, client, token) => token.clientId === client.clientId,
      },
      revocation: {
        enabled: !entraLike,
        allowedPolicy: (_context, client, token) => token.clientId === client.clientId,
      },
    },
    interactions: { url: (_context, interaction) => chooseAccountPath(interaction) },
    findAccount: (_context, accountId) => {
      const account = findStaffAccount(accountId)
      return account && toAccount(account)
    },
    // Every sign-in is a grant of its own, so that revoking one kiosk's leaves the same person's others alone.
    async loadExistingGrant({ oidc }) {
      const { client, session } = oidc
      if (!client || !session?.accountId) return undefined
      const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope(GRANTED_SCOPES)
      if (api) grant.addResourceScope(api.audience, api.scopes.join(' '))
      await grant.save()
      return grant
    },
    // The API greets the person, and asks nobody who that is.
    extraTokenClaims: (_context, token) => {
      const account = 'accountId' in token ? findStaffAccount(token.accountId) : undefined
      return account && { name: account.name, given_name: account.givenName }
    },
    issueRefreshToken: (_context, client, source) =>
      client.grantTypeAllowed('refresh_token') && source.scopes.has('offline_access'),
    rotateRefreshToken: true,
    clientBasedCORS: () => false,
    clockTolerance: 0,
    renderError: renderProviderError,
    ttl: {
      AccessToken: accessTokenLifetimeSeconds,
      ClientCredentials: 120,
      DeviceCode: codeLifetimeSeconds,
      Grant: 90 * DAY_SECONDS,
      IdToken: 60 * 60,
      Interaction: 60 * 60,
      RefreshToken: 90 * DAY_SECONDS,
      Session: DAY_SECONDS,
    },
  }
}
