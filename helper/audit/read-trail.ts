/** Reads a trail that a helper may be writing to, from any account that may. Never follows a link, never changes anything. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { KioskError } from '../../contract/kiosk-error.ts'
import {
  auditFileName,
  auditFolderOf,
  HEAD_FILE,
  type KeptHead,
  keptHeadSchema,
  listAuditFiles,
} from './audit-folder.ts'
import { AUDIT_LIMITS } from './audit-writer.ts'
import type { AuditFile } from './chain-entry.ts'

/** A file grows beyond its limit by what is written at once, which is less. */
const MOST_BYTES = AUDIT_LIMITS.fileBytes * 2
/** A helper may prune a file while it is looked at. */
const LOOKS = 4

export type FoundTrail = {
  files: AuditFile[]
  /** The helper's own record of the newest line. */
  head: KeptHead | 'absent' | 'damaged'
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

async function readWhole(path: string): Promise<string> {
  // Without O_NONBLOCK the opening of a pipe would wait for its writer.
  const file: FileHandle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new KioskError('audit-unusable', `${path} is no file`)
    if (stats.size > MOST_BYTES) throw new KioskError('audit-unusable', `${path} is larger than any file of a trail`)
    return await file.readFile('latin1')
  } finally {
    await file.close()
  }
}

async function readHead(stateFolder: string): Promise<FoundTrail['head']> {
  try {
    return keptHeadSchema.parse(JSON.parse(await readWhole(join(stateFolder, HEAD_FILE))))
  } catch (error) {
    if (isGone(error)) return 'absent'
    const isUnreadable = error instanceof Error && 'code' in error && error.code === 'EACCES'
    if (isUnreadable) throw error
    return 'damaged'
  }
}

async function look(stateFolder: string): Promise<FoundTrail> {
  const folder = auditFolderOf(stateFolder)
  // First, so that it names no line which was written after the files were read.
  const head = await readHead(stateFolder)
  const numbers = await listAuditFiles(folder).catch((error: unknown) => {
    if (isGone(error)) return []
    throw error
  })
  const files: AuditFile[] = []
  for (const number of numbers) {
    const name = auditFileName(number)
    files.push({ name, number, content: await readWhole(join(folder, name)) })
  }
  return { files, head }
}

function prunedOf({ head }: FoundTrail): KeptHead['pruned'] {
  return typeof head === 'string' ? null : head.pruned
}

/** @throws KioskError `audit-unusable` where the trail cannot be read */
export async function readTrail(stateFolder: string): Promise<FoundTrail> {
  let why: unknown = null
  for (let count = 0; count < LOOKS; count += 1) {
    try {
      const found = await look(stateFolder)
      const head = await readHead(stateFolder)
      if (isDeepStrictEqual(prunedOf(found), prunedOf({ ...found, head }))) return found
    } catch (error) {
      why = error
      if (!isGone(error)) break
    }
  }
  if (why instanceof KioskError) throw why
  const words = why instanceof Error ? why.message : 'it changes faster than it can be read'
  throw new KioskError('audit-unusable', `the audit trail below ${stateFolder} cannot be read: ${words}`, {
    cause: why,
  })
}
