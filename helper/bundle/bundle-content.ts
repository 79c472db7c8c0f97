/** Makes the content of a kiosk.json from answers. Pure. Writes no default, so that a later version's default counts. */
import { basename } from 'node:path'
import { type Answers, isProvider, PROVIDER_FORMS } from './provider-forms.ts'

const SIGN_IN_SCOPES = ['openid', 'profile', 'offline_access']

/** @returns both sides of the first sign, trimmed; the right one is empty where there is no sign */
function split(text: string, sign: string): [left: string, right: string] {
  const at = text.indexOf(sign)
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + sign.length).trim()]
}

/** `groups=reception` twice admits either. */
function readClaims(claims: readonly string[]): Record<string, string[]> {
  const rules = new Map<string, string[]>()
  for (const claim of claims) {
    const [name, value] = split(claim, '=')
    rules.set(name, [...(rules.get(name) ?? []), value])
  }
  return Object.fromEntries(rules)
}

function readDevices(devices: readonly string[]): Record<string, string> {
  return Object.fromEntries(devices.map((device) => split(device, '=')).map(([id, name]) => [id, name || id]))
}

/** Undefined settings vanish when the content is written; faults of the rest are for `checkKioskConfig` to find. */
export function contentOf(answers: Answers): Record<string, unknown> {
  const { provider, brand, scope = [], device = [], ca = [] } = answers
  const claims = answers['require-claim'] ?? []
  const form = isProvider(provider) ? PROVIDER_FORMS[provider] : undefined
  return {
    $schema: answers.schema,
    version: 1,
    sites: answers.site === undefined ? undefined : [{ place: answers.site, devices: readDevices(device) }],
    brand: { name: brand, logo: answers.logo && basename(answers.logo) },
    languages: answers.language,
    identity: {
      provider,
      issuer: form?.issuer(answers) ?? answers.issuer,
      clientId: answers['client-id'],
      // Entra ID's tokens name it in lower case, and its portal lets people copy it in either.
      tenantId: provider === 'entra' ? answers['tenant-id']?.toLowerCase() : answers['tenant-id'],
      scopes: scope.length > 0 ? [...new Set([...SIGN_IN_SCOPES, ...scope])] : undefined,
    },
    access: claims.length > 0 ? { requiredClaims: readClaims(claims) } : undefined,
    app: answers['app-url'] === undefined ? undefined : { url: answers['app-url'], apiOrigins: answers['api-origin'] },
    network: ca.length > 0 ? { trustedCaFiles: ca.map((path) => basename(path)) } : undefined,
  }
}
