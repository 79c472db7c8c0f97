/** Faults of the identity provider's settings that no single setting shows. Quotes no value: people write passwords into addresses. */
import { z } from 'zod'
import type { ConfigFault } from './check-kiosk-config.ts'
import { wordsFor } from './config-settings.ts'

export type IdentitySettings = { provider?: unknown; issuer: string; tenantId?: unknown; clientId?: unknown }

const ENTRA_HOST = /^https:\/\/(login\.microsoftonline\.(?:com|us)|login\.partner\.microsoftonline\.cn)(?:\/|$)/i

/** As Entra ID's discovery documents name it; null for any other address. */
export function entraHostOf(issuer: string): string | null {
  return ENTRA_HOST.exec(issuer)?.[1]?.toLowerCase() ?? null
}

/** OpenID Connect Discovery §4.1 puts the document's path behind an issuer, which so has neither query nor fragment. */
export function issuerFaults({ issuer }: IdentitySettings): ConfigFault[] {
  const fault = (what: string, remedy: string) => [{ path: 'identity.issuer', what, remedy }]
  if (/^https?:\/\/[^/?#]*@/i.test(issuer)) {
    return fault('names a user or a password, and a bundle holds no secret', 'Remove what stands before the "@".')
  }
  if (/[?#]/.test(issuer)) return fault('has a query or a fragment', 'Remove it, from the "?" or the "#" on.')
  if (issuer.includes('/.well-known/')) {
    return fault('is the address of a document', 'Set what the document names as "issuer", without "/.well-known/".')
  }
  return []
}

const isGuid = (value: unknown) => z.guid().safeParse(value).success

/** @param tenantId a GUID in lower case */
function registrationFaults({ issuer, clientId }: IdentitySettings, tenantId: string): ConfigFault[] {
  const host = entraHostOf(issuer)
  // Another host is a provider that behaves like Entra ID, such as a developer's.
  if (host === null) return []
  const faults: ConfigFault[] = []
  const expected = `https://${host}/${tenantId}/v2.0`
  if (issuer !== expected) {
    const what = 'is not the issuer of this tenant'
    faults.push({ path: 'identity.issuer', what, remedy: `Set "${expected}".` })
  }
  const remedy = 'Set the application (client) id from the app registration’s overview page.'
  if (typeof clientId === 'string' && !isGuid(clientId)) {
    faults.push({ path: 'identity.clientId', what: 'is not the id of an application', remedy })
  } else if (typeof clientId === 'string' && clientId.toLowerCase() === tenantId) {
    faults.push({ path: 'identity.clientId', what: 'is the id of the tenant', remedy })
  }
  return faults
}

/** Entra ID's discovery documents name one issuer for each tenant, by its id; everything else fails at the first sign-in. */
export function entraFaults(identity: IdentitySettings): ConfigFault[] {
  const { provider, tenantId } = identity
  if (provider !== 'entra') return []
  const path = 'identity.tenantId'
  if (tenantId === undefined) {
    return [{ path, what: 'is missing, which Entra ID needs', remedy: wordsFor(['identity', 'tenantId']).remedy }]
  }
  if (typeof tenantId !== 'string') return []
  if (!isGuid(tenantId)) {
    const remedy = 'Set the directory (tenant) id from the tenant’s overview page, 32 hex digits with dashes.'
    return [{ path, what: 'is not the id of a tenant', remedy }]
  }
  const small = tenantId.toLowerCase()
  const faults = registrationFaults(identity, small)
  if (tenantId === small) return faults
  // Tokens name the tenant so, and are compared letter by letter.
  return [
    { path, what: 'has capital letters, and Entra ID’s tokens name it without', remedy: `Set "${small}".` },
    ...faults,
  ]
}
