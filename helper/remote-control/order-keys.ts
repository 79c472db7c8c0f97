/** The keys for orders, as they are pinned at this moment. Never takes a file that cannot be read, or is being replaced, for none. */
import type { Log } from '../log.ts'
import type { TrustedKey } from '../trust/public-key.ts'
import type { Trust } from '../trust/read-trust.ts'

/**
 * @param options.pause how long a file may be gone while another takes its place
 * @returns what reads them. @throws KioskError `trust-unusable`: an order that cannot be judged now stays with the broker
 */
export function openOrderKeys(options: {
  read: () => Promise<Trust>
  pause: () => Promise<void>
  log: Pick<Log, 'error'>
}): () => Promise<readonly TrustedKey[]> {
  const { read, pause, log } = options
  let werePinned = false

  async function look(): Promise<readonly TrustedKey[] | null> {
    const trust = await read()
    if (trust.kind === 'pinned') return trust.keys
    if (trust.kind === 'none') return null
    log.error({ err: trust.why }, 'no key for orders can be used: they stay with the broker')
    throw trust.why
  }

  return async () => {
    let keys = await look()
    if (keys === null && werePinned) {
      await pause()
      keys = await look()
    }
    werePinned = keys !== null
    return keys ?? []
  }
}
