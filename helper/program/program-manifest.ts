/** What an installed kiosk's program consists of: each file with its hash, and who vouches for the list. Never follows a link. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'

/** RFC 8725 §3.11: no other statement under the same key passes for it. */
export const MANIFEST_TYPE = 'kiosk-manifest+jws'
/** Below the resources. Signed by a release key; else the bare list, which finds damage and no forgery. */
export const MANIFEST_FILES = { signed: 'manifest.jws', unsigned: 'manifest.json' } as const

/** Below the resources: whatever lies there is listed, and nothing else may lie there. */
const LISTED_FOLDERS = ['helper', 'node', 'pm2'] as const
/** Those of them that a package has. */
const LISTED_FILES = ['app.asar', 'ecosystem.config.js', 'windows/helper-task.xml'] as const

const sha256 = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
/** Slashes on every system; it leads nowhere but down. */
const filePath = z.string().regex(/^(?!.*(^|\/)\.{1,2}(\/|$))[^\\\0:]{1,1024}$/)

export const manifestSchema = z.strictObject({
  version: z.string().min(1),
  /** SHA-256 of every file, in base64url. */
  files: z.record(filePath, sha256),
})
export type ProgramManifest = z.infer<typeof manifestSchema>

/** What became of one path: its hash, or why there is none. */
export type ListedFile = { hash: string } | { fault: 'a link' | 'no file' | 'unreadable' }

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  // A runtime of a hundred megabytes is not held in memory.
  await pipeline(createReadStream(path), hash)
  return hash.digest('base64url')
}

async function lookAt(path: string, kind: { isFile(): boolean; isSymbolicLink(): boolean }): Promise<ListedFile> {
  if (kind.isSymbolicLink()) return { fault: 'a link' }
  if (!kind.isFile()) return { fault: 'no file' }
  return hashOf(path).then(
    (hash) => ({ hash }),
    () => ({ fault: 'unreadable' }),
  )
}

async function* entriesBelow(resources: string, folder: string): AsyncGenerator<[path: string, file: ListedFile]> {
  const entries = await readdir(join(resources, folder), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    },
  )
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* entriesBelow(resources, path)
    else yield [path, await lookAt(join(resources, path), entry)]
  }
}

/** Everything that the manifest speaks of, as it lies there now. */
export async function listProgram(resources: string): Promise<Map<string, ListedFile>> {
  const found = new Map<string, ListedFile>()
  for (const folder of LISTED_FOLDERS) {
    for await (const [path, file] of entriesBelow(resources, folder)) found.set(path, file)
  }
  for (const path of LISTED_FILES) {
    const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
    const entries = await readdir(join(resources, parent), { withFileTypes: true }).catch(() => [])
    const entry = entries.find(({ name }) => name === path.slice(path.lastIndexOf('/') + 1))
    if (entry) found.set(path, await lookAt(join(resources, path), entry))
  }
  return found
}

/** One line for each file that is not as it was built, in order. */
export function compareProgram(manifest: ProgramManifest, found: ReadonlyMap<string, ListedFile>): string[] {
  const listed = Object.entries(manifest.files).flatMap(([path, hash]) => {
    const file = found.get(path)
    if (!file) return [`${path} is missing`]
    if ('fault' in file) return file.fault === 'unreadable' ? [] : [`${path} is ${file.fault}`]
    return file.hash === hash ? [] : [`${path} was changed`]
  })
  const added = [...found.keys()].filter((path) => !Object.hasOwn(manifest.files, path))
  return [...listed, ...added.map((path) => `${path} was added`)].sort()
}

/** What this account may not read, and so cannot vouch for. */
export function unreadableFiles(found: ReadonlyMap<string, ListedFile>): string[] {
  return [...found].flatMap(([path, file]) => ('fault' in file && file.fault === 'unreadable' ? [path] : []))
}
