/** Whether this device has all it needs for a sign-in: a whole bundle, a safe vault and a safe process. Never starts without. */
import { join } from 'node:path'
import type { KioskConfig } from '../contract/kiosk-config.ts'
import { assertNever } from '../contract/kiosk-error.ts'
import { OPERATOR_HINTS } from '../contract/operator-hints.ts'
import type { ProvisioningProblem } from '../contract/session-state.ts'
import { CERTIFICATE_FILE } from './attestation/device-files.ts'
import type { DeviceCertificate, DeviceCertificateFault } from './attestation/device-identity.ts'
import { gatewayOf } from './attestation/provider-way.ts'
import type { BundlePlaces, FoundBundle, RunnableBundle } from './config/find-bundle.ts'
import { findSettledBundle } from './config/find-settled-bundle.ts'
import type { HelperEnvironment } from './config/helper-environment.ts'
import { sayNotKept } from './config/not-kept.ts'
import type { Log } from './log.ts'
import { asProblem, checkVault } from './vault/check-vault.ts'
import { type Destroyed, finishDestroying } from './vault/destroy-marker.ts'
import { type DeviceKey, openDeviceKey } from './vault/device-key.ts'
import type { MemoryPosture } from './vault/memory-posture.ts'
import { emptyFolder } from './vault/record-file.ts'
import type { TokenVault } from './vault/token-vault.ts'

/** How soon an installer sees that a fault is mended. */
const LOOK_AGAIN_MS = 2_000

/** What a vault can be opened with. */
type VaultFindings = {
  folder: string
  /** Stands while an order to destroy the vault is not carried out. */
  destroyMarker: string
  kind: TokenVault['kind']
  posture: MemoryPosture | null
  deviceKey: DeviceKey
  /** An order of before that this start has carried out, or could not. */
  destroyed: Destroyed | null
}

export type Provisioned = {
  ok: true
  found: FoundBundle
  runnable: RunnableBundle
  vault: VaultFindings
  /** What a production bundle would not be started with. */
  tolerated: ProvisioningProblem[]
}

export type Provisioning =
  | Provisioned
  | { ok: false; found: FoundBundle; runnable: RunnableBundle | null; problems: ProvisioningProblem[] }

/** Where this device's things lie, and whether it is an installed one. */
export type Premises = HelperEnvironment & BundlePlaces

/** @param wanted where the bundle says that the key comes from */
async function findDeviceKey(
  deviceId: string,
  wanted: KioskConfig['vault']['deviceKey'],
  { credentialsFolder, destroyMarker }: { credentialsFolder: string | undefined; destroyMarker: string },
  log: Log,
): Promise<{ deviceKey: DeviceKey; destroyed: Destroyed | null } | { problem: ProvisioningProblem }> {
  const open = () => openDeviceKey({ deviceId, wanted, credentialsFolder })
  try {
    const deviceKey = await open()
    const destroyed = await finishDestroying(deviceKey, destroyMarker, log)
    return { deviceKey: destroyed ? await open() : deviceKey, destroyed }
  } catch (error) {
    return { problem: asProblem(error, 'vault.deviceKey') }
  }
}

/** What keeps this device from proving itself to a gateway. */
function certificateProblems(certificate: DeviceCertificate, deviceFolder: string): ProvisioningProblem[] {
  const asProblem = ({ code, where, what }: DeviceCertificateFault) => {
    return { code, where, what, remedy: OPERATOR_HINTS[code].remedy }
  }
  switch (certificate.kind) {
    case 'present':
      return []
    case 'faulty':
      return certificate.faults.map(asProblem)
    case 'not-configured': {
      const where = join(deviceFolder, CERTIFICATE_FILE)
      return [asProblem({ code: 'device-certificate-missing', where, what: 'does not exist' })]
    }
    default:
      return assertNever(certificate)
  }
}

/**
 * Looks at everything, so that an installer sees every fault at once; the device key comes last and alone, because asking a
 * keychain may ask a person. Where the kiosk cannot start, nothing stays in the vault for one that can.
 *
 * @param unsafeSettings of this process; they and exposed memory are tolerated on a developer's machine
 */
export async function checkProvisioning(
  premises: Premises,
  unsafeSettings: readonly ProvisioningProblem[],
  log: Log,
): Promise<Provisioning> {
  const { runtimeFolder, credentialsFolder } = premises
  const found = await findSettledBundle(premises)
  const { runnable } = found
  if (found.notKept) sayNotKept(found.notKept, log)
  const folder = join(runtimeFolder, 'vault')
  const { kind, posture, ...checked } = await checkVault(folder)
  const unsafe = [...unsafeSettings, ...checked.exposures, ...(runnable?.exposures ?? [])]
  const problems = [...(runnable ? [] : found.refused), ...checked.problems]
  if (!runnable?.bundle.config.development) problems.push(...unsafe)
  if (runnable && gatewayOf(runnable.bundle.config) !== null) {
    problems.push(...certificateProblems(found.certificate, premises.deviceFolder))
  }
  const destroyMarker = join(runtimeFolder, 'destroy-pending')
  if (runnable && kind && problems.length === 0) {
    const { deviceId, config } = runnable.bundle
    const key = await findDeviceKey(deviceId, config.vault.deviceKey, { credentialsFolder, destroyMarker }, log)
    if ('deviceKey' in key) {
      const vault = { folder, destroyMarker, kind, posture, ...key }
      return { ok: true, found, runnable, vault, tolerated: unsafe }
    }
    problems.push(key.problem)
  }
  if ((kind === 'tmpfs' || kind === 'ramfs') && (await emptyFolder(folder)) > 0) {
    log.warn(
      { event: 'vault.wiped', reason: 'not provisioned' },
      'this kiosk cannot start: what lay in its vault was wiped',
    )
  }
  return { ok: false, found, runnable, problems }
}

/**
 * Waits until an installer changed something.
 *
 * @returns when the list of problems is another than `known`, or empty
 */
export async function provisioningChange(
  premises: Premises,
  unsafeSettings: readonly ProvisioningProblem[],
  known: ProvisioningProblem[],
  log: Log,
): Promise<void> {
  const before = JSON.stringify(known)
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    const provisioning = await checkProvisioning(premises, unsafeSettings, log)
    if (provisioning.ok) provisioning.vault.deviceKey.bytes.fill(0)
    if (provisioning.ok || JSON.stringify(provisioning.problems) !== before) return
  }
}
