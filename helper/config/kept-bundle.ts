/**
 * The copy of the last good bundle in the state folder, with the version that counts from then on. Replaced whole, never
 * half; a copy is judged anew whenever it is used. Never read as absent when it is damaged.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { KioskError } from '../../contract/kiosk-error.ts'
import { checkFolderSafety } from '../shell-link/folder-safety.ts'
import { readRecordFile } from '../vault/record-file.ts'
import { hashFiles } from './bundle-files.ts'

const RECORD_FILE = 'bundle-record.json'
const COPY_PREFIX = 'last-good-bundle-'

const recordSchema = z.strictObject({
  /** Of the copy, below the state folder. */
  folder: z.string().regex(/^last-good-bundle-[0-9a-f]{12}$/),
  /** What it holds, by SHA-256. */
  files: z.record(z.string(), z.string()),
  /** Null for a bundle that nobody signed for. */
  signed: z.strictObject({ version: z.int().positive(), keyId: z.string() }).nullable(),
})
export type BundleRecord = z.infer<typeof recordSchema>

function unusable(what: string, cause?: unknown): KioskError {
  return new KioskError('bundle-state-unusable', what, { cause })
}

async function checkStateFolder(stateFolder: string): Promise<void> {
  try {
    await checkFolderSafety(stateFolder, process.getuid ? [process.getuid()] : [])
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be looked at'
    throw unusable(`the state folder (KIOSK_STATE_DIR) cannot be used: ${why}`, cause)
  }
}

/**
 * @returns null where no bundle was ever taken
 * @throws KioskError `bundle-state-unusable`
 */
export async function readBundleRecord(stateFolder: string): Promise<BundleRecord | null> {
  await checkStateFolder(stateFolder)
  try {
    const bytes = await readRecordFile(stateFolder, RECORD_FILE)
    return bytes === null ? null : recordSchema.parse(JSON.parse(bytes.toString('utf8')))
  } catch (cause) {
    throw unusable(`${join(stateFolder, RECORD_FILE)} is damaged`, cause)
  }
}

async function writeThrough(path: string, content: Buffer | string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Without it a power cut could bring old names back. Windows opens no folder; NTFS keeps a journal of names. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function removeCopies(stateFolder: string, except: string | null): Promise<void> {
  const names = (await readdir(stateFolder)).filter((name) => name.startsWith(COPY_PREFIX) && name !== except)
  for (const name of names) await rm(join(stateFolder, name), { recursive: true, force: true })
}

async function replaceCopy(
  stateFolder: string,
  record: BundleRecord,
  files: ReadonlyMap<string, Buffer>,
): Promise<void> {
  const copy = join(stateFolder, record.folder)
  await mkdir(copy, { mode: 0o700 })
  for (const [name, bytes] of files) await writeThrough(join(copy, name), bytes)
  await syncFolder(copy)
  // Until the record names it, the copy before counts.
  const temporary = join(stateFolder, `${RECORD_FILE}.${randomBytes(6).toString('hex')}.new`)
  try {
    await writeThrough(temporary, `${JSON.stringify(record)}\n`)
    await rename(temporary, join(stateFolder, RECORD_FILE))
  } finally {
    await rm(temporary, { force: true })
  }
  await syncFolder(stateFolder)
}

/** One at a time: a helper that waits to be mended looks from two sides. */
let writing: Promise<unknown> = Promise.resolve()

/**
 * Resolves once the copy is on the disk; writes nothing where it is there already.
 *
 * @throws KioskError `bundle-state-unusable`
 */
export function keepBundle(
  stateFolder: string,
  taken: { files: ReadonlyMap<string, Buffer>; signed: BundleRecord['signed'] },
): Promise<void> {
  const written = writing.then(async () => {
    await checkStateFolder(stateFolder)
    const known = await readBundleRecord(stateFolder).catch((error: unknown) => {
      // A damaged record would have refused a signed bundle before; of an unsigned one nothing is lost.
      if (taken.signed === null) return null
      throw error
    })
    const content = { files: hashFiles(taken.files), signed: taken.signed }
    if (known && isDeepStrictEqual({ files: known.files, signed: known.signed }, content)) return
    const record = { ...content, folder: `${COPY_PREFIX}${randomBytes(6).toString('hex')}` }
    try {
      await replaceCopy(stateFolder, record, taken.files)
      await removeCopies(stateFolder, record.folder)
    } catch (cause) {
      await rm(join(stateFolder, record.folder), { recursive: true, force: true })
      throw unusable(`the bundle cannot be kept in ${stateFolder}`, cause)
    }
  })
  writing = written.catch(() => {
    // Told to whoever asked for it.
  })
  return written
}
