/** How providers differ from RFC 8628 and from one another, as data. Holds no decision; whoever reads it decides. */
import type { KioskConfig } from '../../contract/kiosk-config.ts'

export type ProviderProfile = {
  /** Where the provider's own device page lives, if not at the issuer. */
  verificationOrigins: readonly string[]
  /** Paths at the issuer's origin, for discovery documents that leave the endpoint out. */
  paths: { deviceAuthorization?: string }
  /** Errors that a poll may be answered with besides RFC 8628 §3.5's own. */
  words: { declined: readonly string[]; usedUp: readonly string[] }
  /** Claims whose values together name a person for good. The issuer stands for the tenant where there is no `tid`. */
  userKeyClaims: readonly ['tid', 'oid'] | readonly ['iss', 'sub']
}

const STANDARD: ProviderProfile = {
  verificationOrigins: [],
  paths: {},
  words: {
    declined: ['access_denied'],
    // `invalid_grant`: the code was redeemed already, in an answer that was lost.
    usedUp: ['expired_token', 'invalid_grant'],
  },
  userKeyClaims: ['iss', 'sub'],
}

export const PROVIDER_PROFILES: Readonly<Record<KioskConfig['identity']['provider'], ProviderProfile>> = {
  oidc: STANDARD,
  okta: STANDARD,
  // https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
  entra: {
    ...STANDARD,
    // Whatever the tenant, Entra ID answers https://microsoft.com/devicelogin or https://login.microsoft.com/device.
    verificationOrigins: ['https://microsoft.com', 'https://www.microsoft.com', 'https://login.microsoft.com'],
    words: {
      declined: [...STANDARD.words.declined, 'authorization_declined'],
      usedUp: [...STANDARD.words.usedUp, 'bad_verification_code'],
    },
    userKeyClaims: ['tid', 'oid'],
  },
  // https://docs.descope.com/auth-methods/device-authentication: flows are hosted apart from the API.
  descope: {
    ...STANDARD,
    verificationOrigins: ['https://auth.descope.com', 'https://auth.descope.io'],
    paths: { deviceAuthorization: '/oauth2/v1/device' },
  },
  pymthouse: { ...STANDARD, paths: { deviceAuthorization: '/api/v1/oidc/device/auth' } },
}
