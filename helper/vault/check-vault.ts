/** Whether this system has a place for secrets: memory that is ours alone and stays memory. Never keeps anything itself. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { KioskError, provisioningCodeSchema } from '../../contract/kiosk-error.ts'
import { OPERATOR_HINTS } from '../../contract/operator-hints.ts'
import type { ProvisioningProblem } from '../../contract/session-state.ts'
import { type MemoryPosture, postureFault, readMemoryPosture } from './memory-posture.ts'
import { prepareVaultFolder } from './token-vault.ts'

/** Linux must have a memory file system; Windows and macOS have none, so the records stay in the helper's memory. */
const HAS_MEMORY_FILE_SYSTEM = process.platform === 'linux'

export type VaultCheck = {
  /** Null where the folder may not hold anything. */
  kind: 'tmpfs' | 'ramfs' | 'memory' | null
  /** Null where there is no memory file system to look at. */
  posture: MemoryPosture | null
  /** Nothing may be kept while there is one of these. */
  problems: ProvisioningProblem[]
  /** Ways for memory to reach a disk: problems too, but a developer's machine may live with them. */
  exposures: ProvisioningProblem[]
}

/**
 * A fault as an installer sees it.
 *
 * @throws what is no fault of the provisioning
 */
export function asProblem(error: unknown, where: string): ProvisioningProblem {
  const code = provisioningCodeSchema.safeParse(error instanceof KioskError ? error.code : undefined)
  if (!code.success || !(error instanceof KioskError)) throw error
  return { code: code.data, where, what: error.message, remedy: OPERATOR_HINTS[code.data].remedy }
}

/** A folder that another account, root for instance, has put there with something in it could not be wiped. */
async function checkEntries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const stats = await lstat(join(folder, name)).catch(() => null)
    if (!stats?.isDirectory() || stats.uid === process.getuid?.()) continue
    throw new KioskError('vault-wrong-owner', `the vault holds the folder "${name}" of user ${stats.uid}: remove it`)
  }
}

/** Makes the folder where it does not exist. */
export async function checkVault(folder: string): Promise<VaultCheck> {
  if (!HAS_MEMORY_FILE_SYSTEM) return { kind: 'memory', posture: null, problems: [], exposures: [] }
  try {
    const kind = await prepareVaultFolder(folder)
    await checkEntries(folder)
    const posture = await readMemoryPosture(folder, kind)
    const fault = postureFault(posture)
    return { kind, posture, problems: [], exposures: fault ? [asProblem(fault, folder)] : [] }
  } catch (error) {
    return { kind: null, posture: null, problems: [asProblem(error, folder)], exposures: [] }
  }
}

/** Swap can be turned on while the kiosk runs. */
const LOOK_AGAIN_MS = 60_000

/**
 * Looks again once a minute for as long as the process lives.
 *
 * @param onFault told of the first thing that would have kept the kiosk from starting
 */
export function watchVault(
  folder: string,
  { isDevelopment }: { isDevelopment: boolean },
  onFault: (problem: ProvisioningProblem) => void,
): void {
  const looking = setInterval(async () => {
    const { problems, exposures } = await checkVault(folder)
    const [worst] = [...problems, ...(isDevelopment ? [] : exposures)]
    if (!worst) return
    clearInterval(looking)
    onFault(worst)
  }, LOOK_AGAIN_MS).unref()
}
