/** Answers whether a folder may hold secrets: in memory, ours alone. Never creates or changes anything. */
import { lstat, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { KioskError } from '../../contract/kiosk-error.ts'

/** `f_type` of statfs(2) for the two Linux file systems that live in memory. */
const MEMORY_FILE_SYSTEMS: ReadonlyMap<number, 'tmpfs' | 'ramfs'> = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
])

const ROOT_USER_ID = 0
const WRITABLE_BY_OTHERS = 0o022
const STICKY = 0o1000

function inOctal(mode: number): string {
  return (mode & 0o7777).toString(8)
}

/**
 * Whoever may write to the parent could rename the vault away and put another in its place. The sticky bit, as on /dev/shm,
 * leaves that to the parent's owner.
 */
async function checkParent(parent: string): Promise<void> {
  const { uid, mode } = await stat(parent)
  if (uid !== ROOT_USER_ID && uid !== process.getuid?.()) {
    throw new KioskError('vault-wrong-owner', `the folder ${parent} that the vault lies in belongs to user ${uid}`)
  }
  if (mode & WRITABLE_BY_OTHERS && !(mode & STICKY)) {
    throw new KioskError('vault-wrong-mode', `others may change the folder ${parent} (mode ${inOctal(mode)})`)
  }
}

/**
 * @param folder absolute; its parent is looked at too
 * @throws KioskError `vault-not-tmpfs` for a folder on disk or none at all, `vault-wrong-owner` for another account's,
 *   `vault-wrong-mode` for one that others may enter or rename, or a link
 */
export async function checkMemoryFolder(folder: string): Promise<'tmpfs' | 'ramfs'> {
  const stats = await lstat(folder).catch((cause: unknown) => {
    throw new KioskError('vault-not-tmpfs', `the vault folder ${folder} cannot be looked at`, { cause })
  })
  if (!stats.isDirectory()) throw new KioskError('vault-wrong-mode', `the vault ${folder} is not a folder of its own`)
  if (stats.uid !== process.getuid?.()) {
    throw new KioskError('vault-wrong-owner', `the vault folder ${folder} belongs to user ${stats.uid}`)
  }
  if ((stats.mode & 0o777) !== 0o700) {
    throw new KioskError('vault-wrong-mode', `the vault folder ${folder} has mode ${inOctal(stats.mode)}`)
  }
  await checkParent(dirname(folder))
  const fileSystem = MEMORY_FILE_SYSTEMS.get((await statfs(folder)).type)
  if (!fileSystem) throw new KioskError('vault-not-tmpfs', `the vault folder ${folder} is on a disk, not on tmpfs`)
  return fileSystem
}
