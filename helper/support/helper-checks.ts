/** The checks as the helper itself makes them, for "run checks" on the screen and for a doctor who asks. Asks for no code; the gateway's no counts. */
import type { DeviceStanding } from '../../contract/device-standing.ts'
import type { RemoteControlStatus } from '../../contract/remote-control-status.ts'
import type { Painted } from '../../contract/session-state.ts'
import type { TechnicianUnavailableBecause } from '../../contract/technician-access.ts'
import { type DeviceFilePlaces, readDeviceFiles } from '../attestation/device-files.ts'
import type { BundlePlaces } from '../config/find-bundle.ts'
import { checkVault } from '../vault/check-vault.ts'
import type { DeviceKey } from '../vault/device-key.ts'
import type { CheckParts } from './check-list.ts'
import {
  checkDeviceKey,
  judgeCertificate,
  judgePainted,
  judgeRemoteControl,
  judgeTechnician,
  judgeVault,
} from './device-checks.ts'
import type { NetworkParts } from './network-checks.ts'
import { findSupervisor, judgeSupervisor } from './supervisor.ts'

export type HelperCheckParts = {
  version: string
  bundlePlaces: BundlePlaces
  vaultFolder: string
  /** A developer's machine may live with memory that reaches a disk, and without a unit. */
  isDevelopment: boolean
  /** Null while the kiosk is not provisioned, as is `network` then. */
  deviceKey: DeviceKey | null
  network: Omit<NetworkParts, 'askForCode'> | null
  device: { isWanted: boolean; places: Omit<DeviceFilePlaces, 'account'> }
  remoteControl: () => RemoteControlStatus
  painted: () => Painted | null
  findTechnicianFault: () => Promise<TechnicianUnavailableBecause | null>
}

/** @param standing of the certificate that is in use */
export function helperChecks(parts: HelperCheckParts, standing: () => DeviceStanding): CheckParts {
  const { bundlePlaces, isDevelopment, network, device } = parts
  return {
    bundlePlaces,
    network: network ? { ...network, askForCode: null } : 'the kiosk is not set up',
    certificate: async () => {
      const found = await readDeviceFiles({ ...device.places, account: process.getuid?.() })
      return judgeCertificate(found, Date.now(), { isWanted: device.isWanted, inUse: standing().certificate })
    },
    helper: async () => ({ state: 'ok', found: `version ${parts.version}` }),
    supervision: async () => judgeSupervisor(await findSupervisor(), { isDevelopment }),
    vault: async () => judgeVault(await checkVault(parts.vaultFolder), { isDevelopment }),
    deviceKey: () => checkDeviceKey(parts.deviceKey),
    orders: async () => judgeRemoteControl(parts.remoteControl()),
    technician: async () => judgeTechnician(await parts.findTechnicianFault()),
    painted: async () => judgePainted(parts.painted(), Date.now()),
  }
}
