/** Remembers, over a restart, that a vault is to be destroyed. Holds nothing but the fact. */
import { access, rm } from 'node:fs/promises'
import type { Log } from '../log.ts'
import type { DeviceKey } from './device-key.ts'

async function isDestroyPending(marker: string): Promise<boolean> {
  return access(marker).then(
    () => true,
    () => false,
  )
}

/**
 * Does what an earlier helper could not: it was cut short, or the keychain did not answer.
 *
 * @returns whether it was tried: the key in memory is overwritten then, and must be opened anew
 */
export async function finishDestroying(deviceKey: DeviceKey, marker: string, log: Log): Promise<boolean> {
  if (!(await isDestroyPending(marker))) return false
  try {
    const outcome = await deviceKey.destroy()
    await rm(marker, { force: true })
    log.warn({ event: 'vault.destroyed', deviceKey: outcome }, 'an order to destroy the vault was finished')
  } catch (error) {
    log.fatal({ err: error, event: 'vault.destroy-failed' }, 'the next start tries again')
  }
  return true
}
