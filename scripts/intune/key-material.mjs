/** Keys of a package: random, or given so that a build can be repeated. Never prints one, and never makes the same twice. */
import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { PackageFault } from './package-fault.mjs'
import { openIntunePackage } from './read-package.mjs'

const OTHERS = 0o077

const bytesSchema = (length) =>
  z
    .base64(`must be ${length} bytes in base64`)
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((bytes) => bytes.length === length, `must be ${length} bytes in base64`)

const keysSchema = z.strictObject({
  encryptionKey: bytesSchema(32),
  macKey: bytesSchema(32),
  initializationVector: bytesSchema(16),
})

/** @returns {import('./detection-xml.mjs').Keys} */
export function makeKeys() {
  return { encryptionKey: randomBytes(32), macKey: randomBytes(32), initializationVector: randomBytes(16) }
}

function readText(path) {
  try {
    const { mode } = statSync(path)
    if (process.platform !== 'win32' && mode & OTHERS)
      throw new PackageFault('input', `--keys: others may read ${path}: run "chmod 600 ${path}"`)
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof PackageFault) throw cause
    throw new PackageFault('input', `--keys: ${path} cannot be read (${cause.code})`, { cause })
  }
}

/** No cause is kept: the parser's words would quote the file. */
function parseJson(path, text) {
  try {
    return JSON.parse(text)
  } catch {
    throw new PackageFault('input', `--keys: ${path} is not JSON`)
  }
}

function readKeyFile(path) {
  const { success, data, error } = keysSchema.safeParse(parseJson(path, readText(path)))
  if (success) return data
  const faults = error.issues.map((issue) => `--keys: ${path}: ${issue.path.join('.') || 'it'}: ${issue.message}`)
  throw new PackageFault('input', faults)
}

/**
 * @param {string} path JSON with `encryptionKey`, `macKey` and `initializationVector` in base64, or a package of ours
 * @returns {Promise<{ keys: import('./detection-xml.mjs').Keys, onlyFor: Buffer | null }>} from a package, the digest of its content:
 *   its keys and vector never encrypt anything else
 * @throws PackageFault
 */
export async function readKeys(path) {
  if (!/\.intunewin$/i.test(path)) return { keys: readKeyFile(path), onlyFor: null }
  return openIntunePackage(path, { isForeign: false }, async ({ detection }) => ({
    keys: detection.keys,
    onlyFor: detection.fileDigest,
  }))
}
