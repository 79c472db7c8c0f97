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

/** What an order to destroy the vault came to. */
export type Destroyed = Awaited<ReturnType<DeviceKey['destroy']>> | 'failed'

/**
 * Does what an earlier helper could not: it was cut short, or the keychain did not answer.
 *
 * @returns null where nothing was ordered; otherwise the key in memory is overwritten, and must be opened anew
 */
export async function finishDestroying(deviceKey: DeviceKey, marker: string, log: Log): Promise<Destroyed | null> {
  if (!(await isDestroyPending(marker))) return null
  try {
    const outcome = await deviceKey.destroy()
    await rm(marker, { force: true })
    log.warn({ event: 'vault.destroyed', deviceKey: outcome }, 'an order to destroy the vault was finished')
    return outcome
  } catch (error) {
    log.fatal({ err: error, event: 'vault.destroy-failed' }, 'the next start tries again')
    return 'failed'
  }
}
