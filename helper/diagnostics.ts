/** Gathers what a technician may know of this process. Never a token, a code or a person. */
import { existsSync } from 'node:fs'
import type { Diagnostics } from '../contract/diagnostics.ts'
import type { Bundle } from './config/read-bundle.ts'
import type { IdentityProvider } from './oauth/identity-provider.ts'
import { readProcessHygiene } from './process-hygiene.ts'
import type { Provisioned } from './provisioning.ts'
import type { KioskVault } from './vault/open-kiosk-vault.ts'

/** What the vault is like, from what was found before it was opened. */
export function describeVault(
  { vault: { kind, posture, destroyMarker }, tolerated }: Provisioned,
  { deviceKey, canHandOver }: Pick<KioskVault, 'deviceKey' | 'canHandOver'>,
): Diagnostics['vault'] {
  return {
    kind,
    deviceKey: deviceKey.source,
    noDeviceKeyBecause: deviceKey.reason,
    plannedRestart: canHandOver ? 'keeps-session' : 'ends-session',
    destroyPending: existsSync(destroyMarker),
    memory: posture,
    tolerated: tolerated.map(({ where, what }) => `${where}: ${what}`),
  }
}

/** @param bundle null while the kiosk is not provisioned, as is the provider then */
export function readDiagnostics(parts: {
  version: string
  bundle: Bundle | null
  provider: IdentityProvider | null
  standing: Diagnostics['standing']
  remoteControl: Diagnostics['remoteControl']
  activation: Diagnostics['activation']
  vault: Diagnostics['vault']
  brand: Diagnostics['brand']
  bundleStatus: Diagnostics['bundle']
  screenIncidents: Diagnostics['screenIncidents']
}): Diagnostics {
  const { version, bundle, activation, provider, standing, remoteControl, vault, brand, bundleStatus } = parts
  const { screenIncidents } = parts
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
    activation,
    provider: bundle && provider ? { issuer: bundle.config.identity.issuer, ...provider.facts() } : null,
    standing,
    remoteControl,
    vault,
    process: readProcessHygiene(),
    device: bundle && { id: bundle.deviceId, source: bundle.deviceIdSource, notices: bundle.notices },
    bundle: bundleStatus,
    brand,
    network: bundle && { proxy: bundle.config.network.proxy },
    screenIncidents,
  }
}
