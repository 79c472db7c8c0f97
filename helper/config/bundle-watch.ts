/** Says when a bundle has changed and its files have settled. Never reads a file that is being written, never changes one. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Looking costs less than a system's own watch, and also works through links and over network file systems. */
const LOOK_AGAIN_MS = 1_000

/** Changes whenever a file of the folder is written, replaced, added or removed, or its owner or mode is changed. */
async function signatureOf(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => [])
  // The folder itself counts by its owner and mode; its times say nothing that its files do not say.
  const own = await stat(folder, { bigint: true }).catch(() => null)
  const files = names.sort().map(async (name) => {
    const found = await stat(join(folder, name), { bigint: true }).catch(() => null)
    return found ? [name, found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(':') : name
  })
  return [own && [own.dev, own.ino, own.uid, own.mode].join(':'), ...(await Promise.all(files))].join('\n')
}

/**
 * Looks once a second; what was seen twice in a row is read. What changes while it is read is read once more.
 *
 * @param folders the bundle's, and whatever else decides about it
 * @param onReading called with the first reading and with every one after a change, one at a time
 * @returns how to stop
 */
export function watchBundle<Reading>(
  folders: readonly string[],
  read: () => Promise<Reading>,
  onReading: (reading: Reading) => void,
  lookAgainMs = LOOK_AGAIN_MS,
): () => void {
  let seen: string | null = null
  let known: string | null = null
  let isStopped = false

  const look = async () => (await Promise.all(folders.map(signatureOf))).join('\n\n')

  async function lookOnce(): Promise<void> {
    const signature = await look()
    const hasSettled = signature === seen
    seen = signature
    if (!hasSettled || signature === known) return
    const reading = await read()
    seen = await look()
    if (seen !== signature) return
    known = signature
    if (!isStopped) onReading(reading)
  }

  function lookLater(): void {
    if (isStopped) return
    setTimeout(() => void lookOnce().finally(lookLater), lookAgainMs).unref()
  }
  lookLater()
  return () => {
    isStopped = true
  }
}
