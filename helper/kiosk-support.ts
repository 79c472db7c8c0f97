/** The support desk of this kiosk: what it asks, and where its checks look. Opens it and decides nothing. */
import { join } from 'node:path'
import type { DeviceStanding } from '../contract/device-standing.ts'
import type { RemoteControlStatus } from '../contract/remote-control-status.ts'
import type { KioskSnapshot } from '../contract/session-state.ts'
import type { SupportConnection, SupportDiagnostics } from '../contract/support.ts'
import { gatewayOf } from './attestation/provider-way.ts'
import type { IdentityProvider } from './oauth/identity-provider.ts'
import type { ProviderNetwork } from './oauth/provider-network.ts'
import type { Premises, Provisioning } from './provisioning.ts'
import type { EventRing } from './support/event-ring.ts'
import { networkSettings } from './support/network-checks.ts'
import { openSupportDesk } from './support/support-desk.ts'
import type { SupportRecord } from './support/support-record.ts'
import type { TechnicianAccess } from './technician/technician-access.ts'

export function openKioskSupport(parts: {
  provisioning: Provisioning
  premises: Premises
  version: string
  snapshot: () => KioskSnapshot
  vault: () => SupportDiagnostics['vault']
  standing: () => DeviceStanding
  connection: () => SupportConnection
  network: ProviderNetwork
  provider: IdentityProvider | null
  remoteControl: () => RemoteControlStatus
  technician: TechnicianAccess
  events: EventRing
  record: SupportRecord
}): ReturnType<typeof openSupportDesk> {
  const { provisioning, premises, version, snapshot, vault, standing, connection, network, provider } = parts
  const { remoteControl, technician, events, record } = parts
  const bundle = provisioning.runnable?.bundle ?? null
  const isCodeOnScreen = () => snapshot().session.kind === 'awaitingApproval'
  return openSupportDesk({
    snapshot,
    vault,
    standing,
    connection,
    clockSkewMs: () => provider?.facts().clockSkewMs ?? null,
    events,
    record,
    technician,
    checks: {
      version,
      bundlePlaces: premises,
      vaultFolder: join(premises.runtimeFolder, 'vault'),
      isDevelopment: bundle?.config.development ?? false,
      deviceKey: provisioning.ok ? provisioning.vault.deviceKey : null,
      network: bundle && provider ? { ...networkSettings(bundle.config), network, isCodeOnScreen } : null,
      device: { isWanted: bundle !== null && gatewayOf(bundle.config) !== null, places: premises },
      remoteControl,
      painted: () => snapshot().painted,
      findTechnicianFault: technician.findFault,
    },
  })
}
