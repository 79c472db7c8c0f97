/** Where the trail lies: its files in a folder of the helper's own, and beside it the helper's record of the newest line. */
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { KioskError } from '../../contract/kiosk-error.ts'
import { checkFolderSafety } from '../shell-link/folder-safety.ts'
import { checkStateFolder } from '../state-file.ts'
import { hashSchema, sequenceSchema } from './audit-events.ts'
import { leftStateSchema, NOTHING_LEFT } from './left-session.ts'

/** Beside the trail, not in it: whoever puts an old file in the trail's place must find this one as well. */
export const HEAD_FILE = 'audit-head.json'

export const keptHeadSchema = z.strictObject({
  version: z.literal(1),
  /** 0 before the first line. */
  sequence: z.int().nonnegative(),
  hash: hashSchema,
  /** The newest file. */
  file: z.int().nonnegative(),
  atEpochMs: z.number().nonnegative(),
  /** The newest file that was pruned, and the last line in it. */
  pruned: z.strictObject({ file: z.int().positive(), through: sequenceSchema, throughHash: hashSchema }).nullable(),
  left: leftStateSchema,
})
export type KeptHead = z.infer<typeof keptHeadSchema>

export const FIRST_HEAD: Omit<KeptHead, 'hash' | 'sequence'> = {
  version: 1,
  file: 0,
  atEpochMs: 0,
  pruned: null,
  left: NOTHING_LEFT,
}

export function auditFolderOf(stateFolder: string): string {
  return join(stateFolder, 'audit')
}

export function auditFileName(number: number): string {
  return `audit-${String(number).padStart(6, '0')}.jsonl`
}

/** @returns the numbers of the files that are there, the oldest first */
export async function listAuditFiles(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  const numbers = names.map((name) => Number(/^audit-(\d{6,9})\.jsonl$/.exec(name)?.[1] ?? Number.NaN))
  return numbers.filter((number) => number > 0).toSorted((one, other) => one - other)
}

function unusable(what: string, cause?: unknown): KioskError {
  return new KioskError('audit-unusable', what, { cause })
}

/** @throws KioskError `audit-unusable` for a folder that others can change, or that cannot be made */
export async function claimAuditFolder(stateFolder: string): Promise<string> {
  const folder = auditFolderOf(stateFolder)
  try {
    await checkStateFolder(stateFolder)
    await mkdir(folder, { mode: 0o700, recursive: true })
    await checkFolderSafety(folder, process.getuid ? [process.getuid()] : [])
    return folder
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be looked at'
    throw unusable(`no audit trail can be kept in ${folder}: ${why}`, cause)
  }
}

/**
 * A file of the trail, to be read and written at its end.
 *
 * @throws KioskError `audit-unusable` for a link, a pipe, or a file with a second name
 */
export async function openAuditFile(path: string, { isNew }: { isNew: boolean }): Promise<FileHandle> {
  const { O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants
  const how = isNew ? O_CREAT | O_EXCL : O_NOFOLLOW | O_NONBLOCK
  const file = await open(path, O_RDWR | O_APPEND | how, 0o600)
  try {
    const stats = await file.stat()
    if (!stats.isFile() || stats.nlink !== 1) throw unusable(`${path} is no file of the trail`)
    if (process.platform !== 'win32') await file.chmod(0o600)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}
