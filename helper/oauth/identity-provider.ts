/** The company's identity provider, reached through openid-client: discovery, codes, tokens, revocation. Never logs a token. */
import * as openid from 'openid-client'
import { isLoopbackHttp, type KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError } from '../../contract/kiosk-error.ts'

/** Longer than any healthy provider takes, short enough to try again. */
const REQUEST_TIMEOUT_SECONDS = 10

const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** A token answer whose ID token, if any, is validated. */
export type TokenAnswer = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers

export type IdentityProvider = {
  /** RFC 8628 §3.1, §3.2. */
  requestCode(): Promise<openid.DeviceAuthorizationResponse>
  /** One poll, RFC 8628 §3.4. The answer's ID token is validated: signature, `iss`, `aud`, `exp`, `iat`. */
  redeem(deviceCode: string): Promise<TokenAnswer>
  refresh(refreshToken: string): Promise<TokenAnswer>
  /** RFC 7009; answers false where the provider advertises no endpoint (Entra ID has none). */
  revoke(token: string): Promise<boolean>
}

/** Requests throw what openid-client throws; `readProviderFailure` reads it. */
export function createIdentityProvider(identity: KioskConfig['identity']): IdentityProvider {
  const scope = identity.scopes.join(' ')
  let discovering: Promise<openid.Configuration> | null = null

  async function discover(): Promise<openid.Configuration> {
    const configuration = await openid.discovery(
      new URL(identity.issuer),
      identity.clientId,
      undefined,
      openid.None(),
      {
        timeout: REQUEST_TIMEOUT_SECONDS,
        execute: [
          // TLS alone would vouch for an ID token; the kiosk also checks its signature.
          openid.enableNonRepudiationChecks,
          ...(isLoopbackHttp(identity.issuer) ? [openid.allowInsecureRequests] : []),
        ],
      },
    )
    if (configuration.serverMetadata().device_authorization_endpoint === undefined) {
      throw new KioskError(
        'provider-refused-client',
        `${identity.issuer} advertises no device_authorization_endpoint: enable the device authorization grant there`,
      )
    }
    return configuration
  }

  function connection(): Promise<openid.Configuration> {
    discovering ??= discover().catch((error: unknown) => {
      discovering = null
      throw error
    })
    return discovering
  }

  return {
    async requestCode() {
      return openid.initiateDeviceAuthorization(await connection(), { scope })
    },
    async redeem(deviceCode) {
      return openid.genericGrantRequest(await connection(), DEVICE_CODE_GRANT, { device_code: deviceCode })
    },
    async refresh(refreshToken) {
      return openid.refreshTokenGrant(await connection(), refreshToken)
    },
    async revoke(token) {
      const configuration = await connection()
      if (configuration.serverMetadata().revocation_endpoint === undefined) return false
      await openid.tokenRevocation(configuration, token)
      return true
    },
  }
}
