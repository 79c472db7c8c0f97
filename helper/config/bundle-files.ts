/** The bytes of a bundle's files, each read once and never more of it than allowed. Never waits for a pipe, never writes. */
import { createHash } from 'node:crypto'
import { constants, type FileHandle, open, readdir, realpath } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { KioskError } from '../../contract/kiosk-error.ts'

/** What `kiosk.json`, a PEM file or a signature may take; a logo has a lower limit of its own. */
const FILE_LIMIT_BYTES = 1024 * 1024

type FileReading =
  | { kind: 'bytes'; bytes: Buffer }
  | { kind: 'missing' }
  /** A pipe, a folder, a device. */
  | { kind: 'no-file' }
  | { kind: 'too-large' }
  /** Only where a file must lie in the bundle itself. */
  | { kind: 'leads-out' }
  | { kind: 'unreadable'; code: string }

type ReadOptions = {
  limitBytes?: number
  /** Links may lead to other files of the bundle alone. */
  staysInside?: boolean
}

export type BundleFiles = {
  /** Where people know it: an absolute path. */
  folder: string
  read(name: string, options?: ReadOptions): Promise<FileReading>
  /** Every file that was read so far, as it was then. */
  used(): ReadonlyMap<string, Buffer>
}

/** One byte more than allowed, where there are as many. */
async function readUpTo(file: FileHandle, limitBytes: number): Promise<Buffer> {
  const { size } = await file.stat()
  const bytes = Buffer.alloc(Math.min(size, limitBytes) + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length)
    length += bytesRead
    if (bytesRead === 0 || length === bytes.length) return bytes.subarray(0, length)
  }
}

async function readOne(folder: string, name: string, options: Required<ReadOptions>): Promise<FileReading> {
  let file: FileHandle | undefined
  try {
    const path = await realpath(join(folder, name))
    if (options.staysInside && !path.startsWith((await realpath(folder)) + sep)) return { kind: 'leads-out' }
    // Whatever takes its place meanwhile is no link that is followed, nor a pipe that is waited for.
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    if (!(await file.stat()).isFile()) return { kind: 'no-file' }
    const bytes = await readUpTo(file, options.limitBytes)
    return bytes.length > options.limitBytes ? { kind: 'too-large' } : { kind: 'bytes', bytes }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return code === 'ENOENT' ? { kind: 'missing' } : { kind: 'unreadable', code }
  } finally {
    await file?.close()
  }
}

/** @param folder absolute */
export function openBundleFolder(folder: string): BundleFiles {
  const used = new Map<string, Buffer>()
  return {
    folder,
    async read(name, { limitBytes = FILE_LIMIT_BYTES, staysInside = false } = {}) {
      // A bundle vouches for what lies in it, not for the rest of the machine.
      if (basename(name) !== name) return { kind: 'leads-out' }
      const known = used.get(name)
      if (known) return known.length > limitBytes ? { kind: 'too-large' } : { kind: 'bytes', bytes: known }
      const reading = await readOne(folder, name, { limitBytes, staysInside })
      if (reading.kind === 'bytes') used.set(name, reading.bytes)
      return reading
    },
    used: () => used,
  }
}

/** Files that were checked already: nothing is read from a disk any more. */
export function heldBundleFiles(folder: string, files: ReadonlyMap<string, Buffer>): BundleFiles {
  return {
    folder,
    async read(name, { limitBytes = FILE_LIMIT_BYTES } = {}) {
      const bytes = files.get(name)
      if (!bytes) return { kind: 'missing' }
      return bytes.length > limitBytes ? { kind: 'too-large' } : { kind: 'bytes', bytes }
    },
    used: () => files,
  }
}

/**
 * The names of a bundle's files, in order; its folders are no part of it.
 *
 * @throws KioskError `bundle-unreadable`
 */
export async function listBundleFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new KioskError('bundle-unreadable', `${folder} cannot be listed (${cause.code})`, { cause })
  })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

export function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

/** SHA-256 in base64url, in the order of the names, so that two of them can be compared. */
export function hashFiles(files: ReadonlyMap<string, Buffer>): Record<string, string> {
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(sorted.map(([name, bytes]) => [name, hashOf(bytes)]))
}
