/** Whether this device has all it needs for a sign-in: a whole bundle, a safe vault and a safe process. Never starts without. */
import { join } from 'node:path'
import type { KioskConfig } from '../contract/kiosk-config.ts'
import type { ProvisioningProblem } from '../contract/session-state.ts'
import type { HelperEnvironment } from './config/helper-environment.ts'
import { type Bundle, readBundle } from './config/read-bundle.ts'
import type { Log } from './log.ts'
import { asProblem, checkVault } from './vault/check-vault.ts'
import { finishDestroying } from './vault/destroy-marker.ts'
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
}

export type Provisioned = {
  ok: true
  bundle: Bundle
  vault: VaultFindings
  /** What a production bundle would not be started with. */
  tolerated: ProvisioningProblem[]
}

export type Provisioning = Provisioned | { ok: false; bundle: Bundle | null; problems: ProvisioningProblem[] }

/** @param wanted where the bundle says that the key comes from */
async function findDeviceKey(
  deviceId: string,
  wanted: KioskConfig['vault']['deviceKey'],
  { credentialsFolder, destroyMarker }: { credentialsFolder: string | undefined; destroyMarker: string },
  log: Log,
): Promise<{ deviceKey: DeviceKey } | { problem: ProvisioningProblem }> {
  const open = () => openDeviceKey({ deviceId, wanted, credentialsFolder })
  try {
    const deviceKey = await open()
    return { deviceKey: (await finishDestroying(deviceKey, destroyMarker, log)) ? await open() : deviceKey }
  } catch (error) {
    return { problem: asProblem(error, 'vault.deviceKey') }
  }
}

/**
 * Looks at everything, so that an installer sees every fault at once; the device key comes last and alone, because asking a
 * keychain may ask a person. Where the kiosk cannot start, nothing stays in the vault for one that can.
 *
 * @param unsafeSettings of this process; they and exposed memory are tolerated on a developer's machine
 */
export async function checkProvisioning(
  { bundleFolder, runtimeFolder, credentialsFolder }: HelperEnvironment,
  unsafeSettings: readonly ProvisioningProblem[],
  log: Log,
): Promise<Provisioning> {
  const reading = await readBundle(bundleFolder)
  const bundle = reading.ok ? reading.bundle : null
  const folder = join(runtimeFolder, 'vault')
  const { kind, posture, ...checked } = await checkVault(folder)
  const unsafe = [...unsafeSettings, ...checked.exposures]
  const problems = [...(reading.ok ? [] : reading.problems), ...checked.problems]
  if (!bundle?.config.development) problems.push(...unsafe)
  const destroyMarker = join(runtimeFolder, 'destroy-pending')
  if (bundle && kind && problems.length === 0) {
    const { deviceId, config } = bundle
    const found = await findDeviceKey(deviceId, config.vault.deviceKey, { credentialsFolder, destroyMarker }, log)
    if ('deviceKey' in found) {
      const { deviceKey } = found
      return { ok: true, bundle, vault: { folder, destroyMarker, kind, posture, deviceKey }, tolerated: unsafe }
    }
    problems.push(found.problem)
  }
  if ((kind === 'tmpfs' || kind === 'ramfs') && (await emptyFolder(folder)) > 0) {
    log.warn(
      { event: 'vault.wiped', reason: 'not provisioned' },
      'this kiosk cannot start: what lay in its vault was wiped',
    )
  }
  return { ok: false, bundle, problems }
}

/**
 * Waits until an installer changed something.
 *
 * @returns when the list of problems is another than `known`, or empty
 */
export async function provisioningChange(
  environment: HelperEnvironment,
  unsafeSettings: readonly ProvisioningProblem[],
  known: ProvisioningProblem[],
  log: Log,
): Promise<void> {
  const before = JSON.stringify(known)
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    const provisioning = await checkProvisioning(environment, unsafeSettings, log)
    if (provisioning.ok) provisioning.vault.deviceKey.bytes.fill(0)
    if (provisioning.ok || JSON.stringify(provisioning.problems) !== before) return
  }
}
