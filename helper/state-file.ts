/** Small files of the state folder, which outlives a reboot: replaced whole, read with suspicion. Never holds a secret. */
import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { checkFolderSafety } from './shell-link/folder-safety.ts'
import { readRecordFile } from './vault/record-file.ts'

/** The helper's, where the helper itself asks; undefined where accounts have no numbers. */
const ownAccount = () => process.getuid?.()

/** @throws KioskError `link-folder-unsafe` for a folder that others can change, or that is not there */
export async function checkStateFolder(folder: string, account = ownAccount()): Promise<void> {
  await checkFolderSafety(folder, account === undefined ? [] : [account])
}

/**
 * @returns the parsed JSON; undefined, which no JSON is, where there is no such file
 * @throws for a link, a foreign or shared file, or one that is no JSON
 */
export async function readStateFile(folder: string, name: string, account = ownAccount()): Promise<unknown> {
  const bytes = await readRecordFile(folder, name, account)
  return bytes === null ? undefined : JSON.parse(bytes.toString('utf8'))
}

/** Resolves once a new file is on the disk, as far as the disk says; its name is safe only after `syncFolder`. */
export async function writeThrough(path: string, content: Buffer | string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Without it a power cut could bring old names back. Windows opens no folder; NTFS keeps a journal of names. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Where it rejects, the file before is the one that counts. */
export async function replaceStateFile(folder: string, name: string, content: unknown): Promise<void> {
  const temporary = join(folder, `${name}.${randomBytes(6).toString('hex')}.new`)
  try {
    await writeThrough(temporary, `${JSON.stringify(content)}\n`)
    await rename(temporary, join(folder, name))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {
      // What kept it from being written keeps it from being removed: the error is thrown.
    })
    throw error
  }
}

/** Resolves once the file is on the disk, whole: a reader, or a power cut, meets the old one or the new one. */
export async function writeStateFile(folder: string, name: string, content: unknown): Promise<void> {
  await replaceStateFile(folder, name, content)
  await syncFolder(folder)
}
