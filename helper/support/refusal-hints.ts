/** What an administrator changes at the provider when it refuses a device code, by the provider's own word. Holds no decision. */
import type { KioskConfig } from '../../contract/kiosk-config.ts'

type Provider = KioskConfig['identity']['provider']

/** Where each provider keeps the switch that makes an app a public client with the device code grant. */
const PUBLIC_CLIENT: Readonly<Record<Provider, string>> = {
  entra: 'App registration › Authentication › "Allow public client flows" = Yes.',
  okta: 'A native OIDC app with client authentication "None" and the grant "Device Authorization".',
  descope: 'An inbound app or project that allows the device authorization grant without a client secret.',
  pymthouse: 'An app that is registered as a public client with the grant "device_code".',
  oidc: 'A public client (token_endpoint_auth_method "none") with the grant urn:ietf:params:oauth:grant-type:device_code.',
}

const REFUSALS: Readonly<Record<string, (provider: Provider) => string>> = {
  invalid_client: (provider) =>
    `The provider does not know identity.clientId, or wants a secret from it. Compare the id letter by letter, and register it as: ${PUBLIC_CLIENT[provider]}`,
  unauthorized_client: (provider) =>
    `The client is known, but may not ask for device codes. Register it as: ${PUBLIC_CLIENT[provider]}`,
  unsupported_grant_type: (provider) =>
    `The provider’s device authorization is off. Switch it on for the tenant, and register the client as: ${PUBLIC_CLIENT[provider]}`,
  invalid_scope: (provider) =>
    provider === 'okta'
      ? 'Grant every scope of identity.scopes to the app and add it to the authorization server’s access policy, or take it out of the bundle.'
      : 'Grant every scope of identity.scopes to the client, spelt as the provider spells it, or take it out of the bundle.',
  access_denied: () =>
    'A policy of the provider refuses the client. On Okta: the access policy’s rule must allow the grant.',
}

/** @returns null where the word says nothing that the code of the fault does not say */
export function explainRefusal(provider: Provider, providerError: string | null): string | null {
  const explain = Object.hasOwn(REFUSALS, providerError ?? '') ? REFUSALS[providerError ?? ''] : undefined
  return explain?.(provider) ?? null
}
