/** The vault's files: replaced whole, read with suspicion, removed for good. Never follows a link, never reads without a limit. */
import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { KioskError } from '../../contract/kiosk-error.ts'

/** Tokens with hundreds of group claims stay far below this, and four of them fit the vault's megabyte. */
export const RECORD_LIMIT_BYTES = 128 * 1024

/**
 * Atomic: a reader, or a power cut, meets the old record or the new one. A failed write leaves the old one as it was.
 *
 * @throws KioskError `vault-record-too-large`
 */
export async function replaceRecordFile(folder: string, name: string, content: Buffer): Promise<void> {
  if (content.length > RECORD_LIMIT_BYTES) {
    throw new KioskError(
      'vault-record-too-large',
      `the tokens take ${content.length} bytes, and a record of the vault holds ${RECORD_LIMIT_BYTES}`,
    )
  }
  const temporary = join(folder, `${name}.${randomBytes(6).toString('hex')}.new`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content)
    } finally {
      await file.close()
    }
    await rename(temporary, join(folder, name))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function faultOf(stats: Stats, account: number | undefined): string | null {
  if (!stats.isFile()) return 'is not a file'
  if (account !== undefined && stats.uid !== account) return `belongs to user ${stats.uid}`
  if ((stats.mode & 0o777) !== 0o600) return `has mode ${(stats.mode & 0o777).toString(8)}`
  if (stats.nlink !== 1) return 'has a second name'
  if (stats.size > RECORD_LIMIT_BYTES) return `is larger than ${RECORD_LIMIT_BYTES} bytes`
  return null
}

async function openUnfollowed(path: string): Promise<FileHandle | null> {
  try {
    // Without O_NONBLOCK the opening of a pipe would wait for its writer.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new KioskError('vault-record-damaged', `${path} cannot be opened as a file of ours`, { cause: error })
  }
}

/**
 * @param account that it must belong to; undefined where accounts have no numbers
 * @returns null where there is no such file
 * @throws KioskError `vault-record-damaged` for a link, a foreign or shared file, or one that this vault did not write
 */
export async function readRecordFile(
  folder: string,
  name: string,
  account: number | undefined = process.getuid?.(),
): Promise<Buffer | null> {
  const path = join(folder, name)
  const file = await openUnfollowed(path)
  if (!file) return null
  try {
    const fault = faultOf(await file.stat(), account)
    if (fault !== null) throw new KioskError('vault-record-damaged', `${path} ${fault}`)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** @returns how many entries were removed */
export async function emptyFolder(folder: string): Promise<number> {
  const names = await readdir(folder)
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true })
  return names.length
}
