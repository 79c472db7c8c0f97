/** Keeps the count of wrong technician codes over restarts and power cuts. Never reads a damaged count as a fresh start. */
import { KioskError } from '../../contract/kiosk-error.ts'
import { checkStateFolder, readStateFile, writeStateFile } from '../state-file.ts'
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
    await checkStateFolder(stateFolder)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be looked at'
    throw new KioskError('technician-state-unusable', `the state folder (KIOSK_STATE_DIR) cannot be used: ${why}`, {
      cause,
    })
  }
  try {
    const content = await readStateFile(stateFolder, FILE)
    return content === undefined ? { kind: 'absent' } : { kind: 'record', record: lockoutRecordSchema.parse(content) }
  } catch (fault) {
    return { kind: 'damaged', fault }
  }
}

/**
 * Resolves once the count is on the disk, whole: a reader, or a power cut, meets the old one or the new one.
 *
 * @throws KioskError `technician-state-unusable`
 */
export async function writeLockoutFile(stateFolder: string, record: LockoutRecord): Promise<void> {
  try {
    await writeStateFile(stateFolder, FILE, record)
  } catch (cause) {
    throw new KioskError('technician-state-unusable', `wrong technician codes cannot be counted in ${stateFolder}`, {
      cause,
    })
  }
}
