/** Whether a folder is in the hands of the accounts that may change it, and of nobody else. Never follows a link to it. */
import type { Stats } from 'node:fs'
import { lstat, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { KioskError } from '../../contract/kiosk-error.ts'

const WRITABLE_BY_GROUP_OR_OTHERS = 0o022
const WRITABLE_BY_OTHERS = 0o002
const STICKY = 0o1000

/** False on Windows, whose files belong to nobody by number. */
export const HAS_ACCOUNTS = process.getuid !== undefined

export function unsafe(what: string, cause?: unknown): KioskError {
  return new KioskError('link-folder-unsafe', what, { cause })
}

/**
 * @param ownerIds the accounts that it may belong to
 * @throws KioskError `link-folder-unsafe`
 */
export async function checkFolderSafety(folder: string, ownerIds: readonly number[]): Promise<Stats> {
  const stats = await lstat(folder).catch((cause: unknown) => {
    throw unsafe(`${folder} cannot be looked at`, cause)
  })
  if (stats.isSymbolicLink()) throw unsafe(`${folder} is a symbolic link: name the folder itself`)
  if (!stats.isDirectory()) throw unsafe(`${folder} is no folder`)
  if (!HAS_ACCOUNTS) return stats
  if (!ownerIds.includes(stats.uid)) throw unsafe(`${folder} belongs to account ${stats.uid}, not to the helper’s`)
  if (stats.mode & WRITABLE_BY_GROUP_OR_OTHERS) {
    throw unsafe(`${folder} has mode ${(stats.mode & 0o7777).toString(8)}: others than its owner can change it`)
  }
  return stats
}

/**
 * What a folder lies in must not let everybody put another one in its place. A sticky bit forbids that, as in /dev/shm.
 *
 * @throws KioskError `link-folder-unsafe`
 */
export async function checkParentSafety(folder: string): Promise<void> {
  const parent = dirname(folder)
  const { mode } = await stat(parent)
  if (!HAS_ACCOUNTS || !(mode & WRITABLE_BY_OTHERS) || mode & STICKY) return
  throw unsafe(
    `${parent} has mode ${(mode & 0o7777).toString(8)}: everybody can put another folder in place of ${folder}`,
  )
}
