/** What "run checks" looks at on this machine, and the way to the provider. Never changes what it looks at. */

import type { Painted } from '../../contract/session-state.ts'
import type { SupportEndpoint } from '../../contract/support.ts'
import type { TechnicianUnavailableBecause } from '../../contract/technician-access.ts'
import { readBundle } from '../config/read-bundle.ts'
import { checkVault } from '../vault/check-vault.ts'
import type { DeviceKey } from '../vault/device-key.ts'
import type { CheckOutcome, ChecksToRun } from './check-run.ts'
import { type NetworkParts, networkChecks, SKIPPED_NETWORK_CHECKS } from './network-checks.ts'

/** The page paints every two seconds. */
const PAINTED_LIMIT_MS = 10_000

export type CheckParts = {
  bundleFolder: string
  vaultFolder: string
  /** A developer's machine may live with memory that reaches a disk. */
  isDevelopment: boolean
  /** Null while the kiosk is not provisioned, as is `network` then. */
  deviceKey: DeviceKey | null
  network: NetworkParts | null
  painted: () => Painted | null
  findTechnicianFault: () => Promise<TechnicianUnavailableBecause | null>
}

async function checkConfig(folder: string): Promise<CheckOutcome> {
  const reading = await readBundle(folder)
  if (reading.ok) return { state: 'ok', found: reading.bundle.config.identity.provider }
  const [first] = reading.problems
  if (!first) return { state: 'failed', code: 'bundle-invalid' }
  return { state: 'failed', code: first.code, found: `${first.where} ${first.what}`, remedy: first.remedy }
}

async function checkVaultFolder({ vaultFolder, isDevelopment }: CheckParts): Promise<CheckOutcome> {
  const { kind, problems, exposures } = await checkVault(vaultFolder)
  const [worst] = [...problems, ...exposures]
  if (!worst) return { state: 'ok', found: kind ?? '' }
  const isFatal = problems.length > 0 || !isDevelopment
  return { state: isFatal ? 'failed' : 'warning', code: worst.code, found: worst.what, remedy: worst.remedy }
}

async function checkDeviceKey(deviceKey: DeviceKey | null): Promise<CheckOutcome> {
  if (!deviceKey) return { state: 'skipped' }
  const isThere = await deviceKey.isStillThere()
  if (isThere === null) return { state: 'warning', code: 'keychain-unavailable' }
  if (!isThere) return { state: 'failed', code: 'device-key-unusable', found: deviceKey.source }
  return { state: 'ok', found: deviceKey.source }
}

const TECHNICIAN_FAULTS = {
  'no-secret': 'technician-secret-unusable',
  'secret-unusable': 'technician-secret-unusable',
  'state-unusable': 'technician-state-unusable',
  'too-many-challenges': 'unexpected',
} as const

async function checkTechnician(findFault: CheckParts['findTechnicianFault']): Promise<CheckOutcome> {
  const fault = await findFault()
  return fault === null ? { state: 'ok' } : { state: 'failed', code: TECHNICIAN_FAULTS[fault], found: fault }
}

export function judgePainted(painted: Painted | null, nowEpochMs: number): CheckOutcome {
  if (!painted) return { state: 'failed', code: 'helper-unreachable', remedy: 'Restart the screen.' }
  const ageMs = nowEpochMs - painted.atEpochMs
  if (Math.abs(ageMs) <= PAINTED_LIMIT_MS) return { state: 'ok', found: painted.kind }
  const found = `${Math.round(ageMs / 1000)} s ago`
  return { state: 'failed', found, remedy: 'The screen draws no frame any more: restart the screen.' }
}

/** @param onEndpoint told of every address of the provider that was tried */
export function listChecks(parts: CheckParts, onEndpoint: (endpoint: SupportEndpoint) => void): ChecksToRun {
  const { network } = parts
  return {
    config: () => checkConfig(parts.bundleFolder),
    vault: () => checkVaultFolder(parts),
    'device-key': () => checkDeviceKey(parts.deviceKey),
    technician: () => checkTechnician(parts.findTechnicianFault),
    painted: async () => judgePainted(parts.painted(), Date.now()),
    ...(network ? networkChecks(network, onEndpoint) : SKIPPED_NETWORK_CHECKS),
  }
}
