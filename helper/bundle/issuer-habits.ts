/** What looks wrong about an issuer to somebody who knows the providers. Pure. Only doubts: hosts of their own and new clouds exist. */
import type { ConfigFault } from '../../contract/check-kiosk-config.ts'
import { entraHostOf } from '../../contract/identity-faults.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { PROVIDER_FORMS } from './provider-forms.ts'

type Provider = KioskConfig['identity']['provider']

/** Hosts that speak for one provider alone. */
const HOSTS: readonly [RegExp, Provider][] = [
  [/^(login\.(microsoftonline|windows)\.|login\.partner\.microsoftonline\.|sts\.windows\.net$)/, 'entra'],
  [/\.(okta|oktapreview|okta-emea|okta-gov)\.com$/, 'okta'],
  [/\.descope\.com$/, 'descope'],
]

function doubtOf({ provider, issuer }: KioskConfig['identity']): [what: string, remedy: string] | null {
  const { hostname, pathname } = new URL(issuer)
  const owner = HOSTS.find(([pattern]) => pattern.test(hostname))?.[1]
  if (owner !== undefined && owner !== provider && provider !== 'oidc') {
    const what = `is of ${PROVIDER_FORMS[owner].title}, and identity.provider says "${provider}"`
    return [what, `Set identity.provider to "${owner}", or another issuer.`]
  }
  if (provider === 'entra' && entraHostOf(issuer) === null) {
    const example = 'https://login.microsoftonline.com/<tenant id>/v2.0'
    return ['is on no host of Entra ID that is known here', `Set "${example}", or the same of your national cloud.`]
  }
  if (owner === 'okta' && /-admin\.okta\w*(-\w+)?\.com$/.test(hostname)) {
    return ['is on the host of Okta’s admin console', 'Remove "-admin" from the host.']
  }
  if (provider === 'okta' && issuer.endsWith('/')) {
    return ['ends with "/", and Okta’s issuers do not', 'Remove the "/" at its end.']
  }
  if (provider === 'pymthouse' && !pathname.startsWith('/api/v1/oidc')) {
    return ['does not end with "/api/v1/oidc", as PymtHouse’s do', 'Set "https://<your domain>/api/v1/oidc".']
  }
  return null
}

export function findIssuerDoubts({ identity, development }: KioskConfig): ConfigFault[] {
  // A developer's provider stands in for any other.
  const doubt = development ? null : doubtOf(identity)
  return doubt ? [{ path: 'identity.issuer', what: doubt[0], remedy: doubt[1] }] : []
}
