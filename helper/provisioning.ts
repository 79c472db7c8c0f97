/** Whether this device has all it needs for a sign-in: a whole bundle and a safe vault. Never starts without either. */
import { join } from 'node:path'
import type { ProvisioningProblem } from '../contract/session-state.ts'
import type { HelperEnvironment } from './config/helper-environment.ts'
import { type Bundle, readBundle } from './config/read-bundle.ts'
import { openKioskVault } from './vault/open-kiosk-vault.ts'
import type { TokenVault, VaultOwner } from './vault/token-vault.ts'

/** How soon an installer sees that a fault is mended. */
const LOOK_AGAIN_MS = 2_000

export type Provisioning =
  | { ok: true; bundle: Bundle; vault: TokenVault }
  | { ok: false; bundle: Bundle | null; problems: ProvisioningProblem[] }

/** Looks at everything, so that an installer sees every fault at once. */
export async function checkProvisioning({ bundleFolder, runtimeFolder }: HelperEnvironment): Promise<Provisioning> {
  const reading = await readBundle(bundleFolder)
  // Without a bundle the folder is checked all the same, for nobody, so that its faults are listed too.
  const owner: VaultOwner = reading.ok
    ? { deviceId: reading.bundle.deviceId, tenant: reading.bundle.config.identity.issuer }
    : { deviceId: '', tenant: '' }
  const opening = await openKioskVault(join(runtimeFolder, 'vault'), owner)
  if (reading.ok && opening.ok) return { ok: true, bundle: reading.bundle, vault: opening.vault }
  const problems = [...(reading.ok ? [] : reading.problems), ...(opening.ok ? [] : opening.problems)]
  return { ok: false, bundle: reading.ok ? reading.bundle : null, problems }
}

/**
 * Waits until an installer changed something.
 *
 * @returns when the list of problems is another than `known`, or empty
 */
export async function provisioningChange(environment: HelperEnvironment, known: ProvisioningProblem[]): Promise<void> {
  const before = JSON.stringify(known)
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    const provisioning = await checkProvisioning(environment)
    if (provisioning.ok || JSON.stringify(provisioning.problems) !== before) return
  }
}
