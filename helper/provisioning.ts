/** Whether this device has all it needs for a sign-in: a whole bundle, a safe vault and a safe process. Never starts without. */
import { join } from 'node:path'
import type { KioskConfig } from '../contract/kiosk-config.ts'
import type { ProvisioningProblem } from '../contract/session-state.ts'
import type { HelperEnvironment } from './config/helper-environment.ts'
import { type Bundle, readBundle } from './config/read-bundle.ts'
import { asProblem, checkVault } from './vault/check-vault.ts'
import { type DeviceKey, openDeviceKey } from './vault/device-key.ts'
import type { MemoryPosture } from './vault/memory-posture.ts'
import type { TokenVault } from './vault/token-vault.ts'

/** How soon an installer sees that a fault is mended. */
const LOOK_AGAIN_MS = 2_000

/** What a vault can be opened with. */
export type VaultFindings = {
  folder: string
  kind: TokenVault['kind']
  posture: MemoryPosture | null
  deviceKey: DeviceKey
}

export type Provisioning =
  | {
      ok: true
      bundle: Bundle
      vault: VaultFindings
      /** What a production bundle would not be started with. */
      tolerated: ProvisioningProblem[]
    }
  | { ok: false; bundle: Bundle | null; problems: ProvisioningProblem[] }

/** @param wanted where the bundle says that the key comes from */
async function findDeviceKey(
  deviceId: string,
  wanted: KioskConfig['vault']['deviceKey'],
  credentialsFolder: string | undefined,
): Promise<{ deviceKey: DeviceKey } | { problem: ProvisioningProblem }> {
  try {
    return { deviceKey: await openDeviceKey({ deviceId, wanted, credentialsFolder }) }
  } catch (error) {
    return { problem: asProblem(error, 'vault.deviceKey') }
  }
}

/**
 * Looks at everything, so that an installer sees every fault at once. Opens nothing: the vault may hold what an earlier
 * helper left for the one that can start.
 *
 * @param unsafeSettings of this process; they and exposed memory are tolerated on a developer's machine
 */
export async function checkProvisioning(
  { bundleFolder, runtimeFolder, credentialsFolder }: HelperEnvironment,
  unsafeSettings: readonly ProvisioningProblem[],
): Promise<Provisioning> {
  const reading = await readBundle(bundleFolder)
  const folder = join(runtimeFolder, 'vault')
  const vault = await checkVault(folder)
  const unsafe = [...unsafeSettings, ...vault.exposures]
  const isDevelopment = reading.ok && reading.bundle.config.development
  const problems = [...(reading.ok ? [] : reading.problems), ...vault.problems, ...(isDevelopment ? [] : unsafe)]
  if (!reading.ok || !vault.kind) return { ok: false, bundle: reading.ok ? reading.bundle : null, problems }

  const { bundle } = reading
  const found = await findDeviceKey(bundle.deviceId, bundle.config.vault.deviceKey, credentialsFolder)
  if ('problem' in found) problems.push(found.problem)
  if (problems.length > 0 || !('deviceKey' in found)) return { ok: false, bundle, problems }
  const { kind, posture } = vault
  return { ok: true, bundle, vault: { folder, kind, posture, deviceKey: found.deviceKey }, tolerated: unsafe }
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
): Promise<void> {
  const before = JSON.stringify(known)
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    const provisioning = await checkProvisioning(environment, unsafeSettings)
    if (provisioning.ok || JSON.stringify(provisioning.problems) !== before) return
  }
}
