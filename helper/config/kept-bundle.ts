/**
 * The copy of the last good bundle in the state folder, with the version that counts from then on. Replaced whole, never
 * half; a copy is judged anew whenever it is used. Never read as absent when it is damaged.
 */
import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { KioskError } from '../../contract/kiosk-error.ts'
import { checkStateFolder, readStateFile, replaceStateFile, syncFolder, writeThrough } from '../state-file.ts'
import { SIGNATURE_FILE } from '../trust/bundle-payload.ts'
import { hashFiles, openBundleFolder } from './bundle-files.ts'

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

type TakenBundle = { files: ReadonlyMap<string, Buffer>; signed: BundleRecord['signed'] }

function unusable(what: string, cause?: unknown): KioskError {
  return new KioskError('bundle-state-unusable', what, { cause })
}

async function checkPlace(stateFolder: string, account?: number): Promise<void> {
  try {
    await checkStateFolder(stateFolder, account)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be looked at'
    throw unusable(`the state folder (KIOSK_STATE_DIR) cannot be used: ${why}`, cause)
  }
}

/**
 * @param account the helper's, where somebody else looks
 * @returns null where no bundle was ever taken
 * @throws KioskError `bundle-state-unusable`
 */
export async function readBundleRecord(stateFolder: string, account?: number): Promise<BundleRecord | null> {
  await checkPlace(stateFolder, account)
  try {
    const content = await readStateFile(stateFolder, RECORD_FILE, account)
    return content === undefined ? null : recordSchema.parse(content)
  } catch (cause) {
    throw unusable(`${join(stateFolder, RECORD_FILE)} is damaged`, cause)
  }
}

/** Whether one was ever taken, be the record of any use or not. */
export async function hasBundleRecord(stateFolder: string): Promise<boolean> {
  return lstat(join(stateFolder, RECORD_FILE)).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT' && code !== 'ENOTDIR',
  )
}

/**
 * A copy that was put back, or another bundle under a version that was used. Pure.
 *
 * @param hashes of its files but the signature
 * @returns what is wrong with it; null where it may be taken
 */
export function findAge(version: number, hashes: Record<string, string>, record: BundleRecord | null): string | null {
  const taken = record?.signed?.version ?? 0
  if (version < taken) return `has version ${version}, and this kiosk has taken version ${taken}`
  const { [SIGNATURE_FILE]: _, ...known } = record?.files ?? {}
  if (version > taken || isDeepStrictEqual(known, hashes)) return null
  return `has version ${version}, under which this kiosk has taken another bundle`
}

async function isCopyWhole(stateFolder: string, { folder, files }: BundleRecord): Promise<boolean> {
  const source = openBundleFolder(join(stateFolder, folder))
  for (const name of Object.keys(files)) await source.read(name)
  return isDeepStrictEqual(hashFiles(source.used()), files)
}

/** What stays is never used, and must not hide what somebody has to read. A copy goes with the next bundle. */
async function removeIfPossible(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => {})
}

async function removeCopies(stateFolder: string, except: string): Promise<void> {
  const names = await readdir(stateFolder).catch(() => [])
  const others = names.filter((name) => name.startsWith(COPY_PREFIX) && name !== except)
  await Promise.all(others.map((name) => removeIfPossible(join(stateFolder, name))))
}

async function writeCopy(copy: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  await mkdir(copy, { mode: 0o700 })
  for (const [name, bytes] of files) await writeThrough(join(copy, name), bytes)
  await syncFolder(copy)
}

/** One at a time: a helper that waits to be mended looks from two sides. */
let writing: Promise<unknown> = Promise.resolve()

/** Whoever looked at the bundle sooner may come to keep it later. */
function refuseOlder({ files, signed }: TakenBundle, known: BundleRecord | null): void {
  const { [SIGNATURE_FILE]: _, ...hashes } = hashFiles(files)
  const age = findAge(signed?.version ?? 0, hashes, known)
  if (known?.signed && age !== null) throw new KioskError('bundle-version-old', age)
}

async function keepCopy(stateFolder: string, taken: TakenBundle): Promise<void> {
  const known = await readBundleRecord(stateFolder)
  refuseOlder(taken, known)
  const content = { files: hashFiles(taken.files), signed: taken.signed }
  const isKnown = known !== null && isDeepStrictEqual({ files: known.files, signed: known.signed }, content)
  if (isKnown && (await isCopyWhole(stateFolder, known))) return
  const record = { ...content, folder: `${COPY_PREFIX}${randomBytes(6).toString('hex')}` }
  const copy = join(stateFolder, record.folder)
  try {
    await writeCopy(copy, taken.files)
    // Until the record names a copy, the one before counts.
    await replaceStateFile(stateFolder, RECORD_FILE, record)
  } catch (cause) {
    await removeIfPossible(copy)
    throw cause
  }
  await syncFolder(stateFolder)
  await removeCopies(stateFolder, record.folder)
}

/**
 * Resolves once the copy is on the disk; writes nothing where it is there already.
 *
 * @throws KioskError `bundle-state-unusable`, or `bundle-version-old` where a newer one was kept meanwhile
 */
export function keepBundle(stateFolder: string, taken: TakenBundle): Promise<void> {
  const written = writing.then(() =>
    keepCopy(stateFolder, taken).catch((cause: unknown) => {
      if (cause instanceof KioskError) throw cause
      throw unusable(`the bundle cannot be kept in ${stateFolder}`, cause)
    }),
  )
  writing = written.catch(() => {
    // Told to whoever asked for it.
  })
  return written
}
