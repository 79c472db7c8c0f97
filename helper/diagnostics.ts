/** Gathers what a technician may know of this process. Never a token, a code or a person. */
import type { Diagnostics } from '../contract/diagnostics.ts'
import type { Bundle } from './config/read-bundle.ts'
import type { IdentityProvider } from './oauth/identity-provider.ts'

/** @param bundle null while the kiosk is not provisioned, as is the provider then */
export function readDiagnostics(parts: {
  version: string
  bundle: Bundle | null
  provider: IdentityProvider | null
}): Diagnostics {
  const { version, bundle, provider } = parts
  const { rss, heapUsed, external } = process.memoryUsage()
  const activeResources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) activeResources[name] = (activeResources[name] ?? 0) + 1
  return {
    helper: {
      version,
      processId: process.pid,
      uptimeSeconds: process.uptime(),
      memory: { residentBytes: rss, heapUsedBytes: heapUsed, externalBytes: external },
      activeResources,
    },
    provider: bundle && provider ? { issuer: bundle.config.identity.issuer, ...provider.facts() } : null,
    network: bundle && { proxy: bundle.config.network.proxy },
  }
}
