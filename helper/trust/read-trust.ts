/** The keys that may vouch for a bundle, or sign orders, from a folder that only root may change. Never takes them out of a bundle. */
import type { Stats } from 'node:fs'
import { lstat, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { KioskError } from '../../contract/kiosk-error.ts'
import { readPublicKey, type TrustedKey } from './public-key.ts'

export const KEYS_FILE = 'bundle-keys.json'
/** Keys for orders are others: whoever signs a bundle must not be able to wipe a fleet. */
export const OPERATIONS_KEYS_FILE = 'operations-keys.json'

const SIZE_LIMIT_BYTES = 64 * 1024
const WRITABLE_BY_GROUP_OR_OTHERS = 0o022
const WRITABLE_BY_OTHERS = 0o002
const STICKY = 0o1000

/** `none`: nobody has pinned a key: bundles need no signature, and orders are nobody's. */
export type Trust =
  | { kind: 'none' }
  | { kind: 'pinned'; keys: readonly TrustedKey[] }
  | { kind: 'unusable'; why: KioskError }

/** An empty one is how the only key is taken out: signatures count, and nobody's does. */
const keySetSchema = z.object({ keys: z.array(z.unknown()) })

/** Root's alone on an installed kiosk; a developer has no root's account at hand. Nobody's by number on Windows. */
export function trustedOwners({ isPackaged }: { isPackaged: boolean }): readonly number[] | null {
  if (!process.getuid) return null
  return isPackaged ? [0] : [0, process.getuid()]
}

function unusable(what: string, cause?: unknown): KioskError {
  return new KioskError('trust-unusable', what, { cause })
}

/** @throws KioskError `trust-unusable` where others than its owners may change it */
function checkOwner(path: string, { uid, mode }: Stats, owners: readonly number[] | null): void {
  if (owners === null) return
  if (!owners.includes(uid)) throw unusable(`${path} belongs to account ${uid}, not to root`)
  if (mode & WRITABLE_BY_GROUP_OR_OTHERS) {
    throw unusable(`${path} has mode ${(mode & 0o7777).toString(8)}, so that others than its owner can change it`)
  }
}

/** Null where there is nothing. */
async function lookAt(path: string): Promise<Stats | null> {
  return lstat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null
    throw unusable(`${path} cannot be looked at (${cause.code})`, cause)
  })
}

/** Whoever may rename the folder can put another one in its place. */
async function checkParent(folder: string): Promise<void> {
  const parent = dirname(folder)
  const { mode } = await stat(parent).catch((cause: NodeJS.ErrnoException) => {
    throw unusable(`${parent} cannot be looked at (${cause.code})`, cause)
  })
  if (!process.getuid || !(mode & WRITABLE_BY_OTHERS) || mode & STICKY) return
  throw unusable(
    `${parent} has mode ${(mode & 0o7777).toString(8)}: everybody can put another folder in place of ${folder}`,
  )
}

async function readKeySet(path: string, text: string): Promise<TrustedKey[]> {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw unusable(`${path} is not JSON`, cause)
  }
  const set = keySetSchema.safeParse(content)
  if (!set.success) throw unusable(`${path} is no JWK set`)
  const keys: TrustedKey[] = []
  for (const entry of set.data.keys) {
    const key = await readPublicKey(entry)
    if ('fault' in key) throw unusable(`${path} ${key.fault}`)
    keys.push(key)
  }
  if (new Set(keys.map(({ keyId }) => keyId)).size < keys.length) throw unusable(`${path} holds two keys with one id`)
  return keys
}

/**
 * A file that its owners alone may change, in a folder that they alone may change.
 *
 * @param folder absolute
 * @param owners the accounts that it and its file may belong to; null where accounts have no numbers
 * @returns null where folder or file are not there
 * @throws KioskError `trust-unusable`
 */
export async function readTrusted(
  folder: string,
  name: string,
  owners: readonly number[] | null,
): Promise<string | null> {
  const found = await lookAt(folder)
  if (!found) return null
  if (!found.isDirectory()) throw unusable(`${folder} is no folder of its own`)
  checkOwner(folder, found, owners)
  await checkParent(folder)
  const path = join(folder, name)
  const file = await lookAt(path)
  if (!file) return null
  if (!file.isFile()) throw unusable(`${path} is no file of its own`)
  checkOwner(path, file, owners)
  if (file.size > SIZE_LIMIT_BYTES) throw unusable(`${path} is larger than what it is for`)
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw unusable(`${path} cannot be read (${cause.code})`, cause)
  })
}

/**
 * @param folder absolute; one that is not there pins nothing, and so does one without the file of keys
 * @param owners as `readTrusted` takes them
 */
export async function readTrust(
  folder: string,
  owners: readonly number[] | null,
  keysFile: typeof KEYS_FILE | typeof OPERATIONS_KEYS_FILE = KEYS_FILE,
): Promise<Trust> {
  try {
    const text = await readTrusted(folder, keysFile, owners)
    if (text === null) return { kind: 'none' }
    return { kind: 'pinned', keys: await readKeySet(join(folder, keysFile), text) }
  } catch (why) {
    if (why instanceof KioskError) return { kind: 'unusable', why }
    throw why
  }
}
