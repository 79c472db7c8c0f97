/** Chooses and opens the vault this system allows. Never falls back from tmpfs to anything weaker by itself. */
import { KioskError, provisioningCodeSchema } from '../../contract/kiosk-error.ts'
import type { ProvisioningProblem } from '../../contract/session-state.ts'
import { openMemoryVault, openTokenVault, type TokenVault, type VaultOwner } from './token-vault.ts'

const REMEDIES: Readonly<Record<string, string>> = {
  'vault-not-tmpfs': 'Mount a tmpfs there, or point KIOSK_RUNTIME_DIR at a folder on one, such as /run.',
  'vault-wrong-owner': 'Give the folder to the helper’s account, or remove it and let the helper make it.',
  'vault-wrong-mode': 'Set the folder’s mode to 0700, or remove it and let the helper make it.',
}

/** Linux must have a memory file system; Windows and macOS have none, so the records stay in the helper's memory. */
const HAS_MEMORY_FILE_SYSTEM = process.platform === 'linux'

/** @returns the vault, or what an installer has to mend */
export async function openKioskVault(
  folder: string,
  owner: VaultOwner,
): Promise<{ ok: true; vault: TokenVault } | { ok: false; problems: ProvisioningProblem[] }> {
  if (!HAS_MEMORY_FILE_SYSTEM) return { ok: true, vault: openMemoryVault(owner) }
  try {
    return { ok: true, vault: await openTokenVault(folder, owner) }
  } catch (error) {
    const code = provisioningCodeSchema.safeParse(error instanceof KioskError ? error.code : undefined)
    if (!code.success || !(error instanceof KioskError)) throw error
    const remedy = REMEDIES[code.data] ?? 'Ask for support with this code.'
    return { ok: false, problems: [{ code: code.data, where: folder, what: error.message, remedy }] }
  }
}
