/** Says when a bundle has changed and its files have settled. Never reads a file that is being written, never changes one. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../log.ts'

/** Looking costs less than a system's own watch, and also works through links and over network file systems. */
const LOOK_AGAIN_MS = 1_000

/** Changes whenever a file of the folder is written, replaced, added or removed, or its owner or mode is changed. */
async function signatureOf(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => [])
  // The folder itself counts by its owner and mode; its times say nothing that its files do not say.
  const own = await stat(folder, { bigint: true }).catch(() => null)
  const files = names.sort().map(async (name) => {
    const found = await stat(join(folder, name), { bigint: true }).catch(() => null)
    // A folder is no part of a bundle.
    if (found?.isDirectory()) return []
    return [found ? [name, found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(':') : name]
  })
  return [own && [own.dev, own.ino, own.uid, own.mode].join(':'), ...(await Promise.all(files)).flat()].join('\n')
}

/** Who writes without a pause must not keep what they write, and the keys, from being looked at. */
const UNSETTLED_LOOKS = 10

/**
 * Looks once a second; what was seen twice in a row is read. What changes while it is read is read once more, unless it
 * never settles: then it is taken as it was read.
 *
 * @param folders the bundle's, and whatever else decides about it
 * @param onReading called with the first reading and with every one after a change, one at a time
 * @returns how to stop
 */
export function watchBundle<Reading>(
  folders: readonly string[],
  read: () => Promise<Reading>,
  onReading: (reading: Reading) => void,
  { log, lookAgainMs = LOOK_AGAIN_MS }: { log: Log; lookAgainMs?: number },
): () => void {
  let seen: string | null = null
  let known: string | null = null
  let unsettledLooks = 0
  let isStopped = false

  const look = async () => (await Promise.all(folders.map(signatureOf))).join('\n\n')

  async function lookOnce(): Promise<void> {
    const signature = await look()
    const hasSettled = signature === seen
    seen = signature
    if (signature === known) unsettledLooks = 0
    if (signature === known) return
    unsettledLooks += 1
    const isOverdue = unsettledLooks > UNSETTLED_LOOKS
    if (!hasSettled && !isOverdue) return
    const reading = await read()
    seen = await look()
    if (seen !== signature && !isOverdue) return
    unsettledLooks = 0
    known = signature
    if (!isStopped) onReading(reading)
  }

  /** What was known stays; the next look tries again. */
  function sayFault(error: unknown): void {
    log.error({ err: error, event: 'bundle.look-failed' }, 'the bundle cannot be looked at')
  }

  function lookLater(): void {
    if (isStopped) return
    setTimeout(() => void lookOnce().catch(sayFault).finally(lookLater), lookAgainMs).unref()
  }
  lookLater()
  return () => {
    isStopped = true
  }
}
