/** Says when a bundle has changed and its files have settled. Never reads a file that is being written, never changes one. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type BundleReading, readBundle } from './read-bundle.ts'

/** Looking costs less than a system's own watch, and also works through links and over network file systems. */
const LOOK_AGAIN_MS = 1_000

/** Changes whenever a file of the folder is written, replaced, added or removed. */
async function signatureOf(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => [])
  const files = names.sort().map(async (name) => {
    const found = await stat(join(folder, name), { bigint: true }).catch(() => null)
    return found ? [name, found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(':') : name
  })
  return (await Promise.all(files)).join('\n')
}

/**
 * Looks once a second; what was seen twice in a row is read.
 *
 * @param onReading called with the first reading and with every one after a change, one at a time
 * @returns how to stop
 */
export function watchBundle(
  folder: string,
  onReading: (reading: BundleReading) => void,
  lookAgainMs = LOOK_AGAIN_MS,
): () => void {
  let seen: string | null = null
  let read: string | null = null
  let isStopped = false

  async function look(): Promise<void> {
    const signature = await signatureOf(folder)
    const hasSettled = signature === seen
    seen = signature
    if (!hasSettled || signature === read) return
    read = signature
    const reading = await readBundle(folder)
    if (!isStopped) onReading(reading)
  }

  function lookLater(): void {
    if (isStopped) return
    setTimeout(() => void look().finally(lookLater), lookAgainMs).unref()
  }
  lookLater()
  return () => {
    isStopped = true
  }
}
