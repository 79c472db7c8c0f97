/** Keeps the count of wrong technician codes over restarts and power cuts. Never reads a damaged count as a fresh start. */
import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { KioskError } from '../../contract/kiosk-error.ts'
import { checkFolderSafety } from '../shell-link/folder-safety.ts'
import { readRecordFile } from '../vault/record-file.ts'
import { type LockoutRecord, lockoutRecordSchema } from './lockout.ts'

const FILE = 'technician-lockout.json'

/** `absent` is a first start: only root and the helper's own account can take the file away. */
export type FoundLockout =
  | { kind: 'absent' }
  | { kind: 'record'; record: LockoutRecord }
  | { kind: 'damaged'; fault: unknown }

/** @throws KioskError `technician-state-unusable` for a folder that others can change, or that is not there */
export async function readLockoutFile(stateFolder: string): Promise<FoundLockout> {
  try {
    await checkFolderSafety(stateFolder, process.getuid ? [process.getuid()] : [])
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be looked at'
    throw new KioskError('technician-state-unusable', `the state folder (KIOSK_STATE_DIR) cannot be used: ${why}`, {
      cause,
    })
  }
  try {
    const bytes = await readRecordFile(stateFolder, FILE)
    if (bytes === null) return { kind: 'absent' }
    return { kind: 'record', record: lockoutRecordSchema.parse(JSON.parse(bytes.toString('utf8'))) }
  } catch (fault) {
    return { kind: 'damaged', fault }
  }
}

/** Without it a power cut could bring the old name back. Windows opens no folder; NTFS keeps a journal of names. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Resolves once the count is on the disk, whole: a reader, or a power cut, meets the old one or the new one.
 *
 * @throws KioskError `technician-state-unusable`
 */
export async function writeLockoutFile(stateFolder: string, record: LockoutRecord): Promise<void> {
  const temporary = join(stateFolder, `${FILE}.${randomBytes(6).toString('hex')}.new`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(record)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, join(stateFolder, FILE))
    await syncFolder(stateFolder)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {
      // What kept it from being written keeps it from being removed: the cause is thrown.
    })
    throw new KioskError('technician-state-unusable', `wrong technician codes cannot be counted in ${stateFolder}`, {
      cause,
    })
  }
}
