/** `kioskctl bundle keygen`, `public-keys`, `sign`: an operator vouches for a bundle. Never prints or overwrites a private key. */
import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { heldBundleFiles, listBundleFiles, openBundleFolder } from '../config/bundle-files.ts'
import { readBundle } from '../config/read-bundle.ts'
import { FILE_COUNT_LIMIT, SIGNATURE_FILE, SIGNING_ALGORITHMS } from '../trust/bundle-payload.ts'
import { makeSigningKey, publicHalf, readPrivateKey, signBundle, writePrivateKey } from '../trust/sign-bundle.ts'
import { type BundleIo, EXIT, RefusedError, UsageError } from './bundle-io.ts'
import { looksLikePrivateKey } from './private-key-text.ts'

export const SIGN_USAGE = `  bundle sign --key FILE --version N [FOLDER]
                         writes bundle.jws: kiosks with this key's public half take the bundle, and none below N`

export const KEYGEN_USAGE = `  bundle keygen --key FILE [--algorithm EdDSA|ES256]
                         writes a private key (mode 0600)`

export const PUBLIC_KEYS_USAGE = `  bundle public-keys --key FILE [--key FILE ...]
                         prints the public halves: bundle-keys.json for the kiosks' trust folder`

/** As PEM or as a JWK. */
function readVersion(text: string | undefined): number {
  const version = Number(text)
  if (text === undefined || !/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(version)) {
    throw new UsageError('--version takes a whole number above every one that was signed before')
  }
  return version
}

/** What is signed is what will be installed: everything in the folder. */
async function readAll(folder: string): Promise<Map<string, Buffer>> {
  const source = openBundleFolder(folder)
  const names = (await listBundleFiles(folder)).filter((name) => name !== SIGNATURE_FILE)
  if (names.length > FILE_COUNT_LIMIT) {
    throw new RefusedError(`${folder} holds ${names.length} files, and a kiosk takes ${FILE_COUNT_LIMIT} at most`)
  }
  const files = new Map<string, Buffer>()
  for (const name of names) {
    const reading = await source.read(name, { staysInside: true })
    if (reading.kind !== 'bytes') throw new RefusedError(`${join(folder, name)} cannot be signed (${reading.kind})`)
    if (looksLikePrivateKey(reading.bytes)) {
      throw new RefusedError(
        `${join(folder, name)} looks like a private key, which no kiosk may have: move it elsewhere`,
      )
    }
    files.set(name, reading.bytes)
  }
  return files
}

/** A kiosk would refuse it with the best of signatures. */
async function refuseFaulty(folder: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  const reading = await readBundle(heldBundleFiles(folder, files))
  if (reading.ok) return
  const lines = reading.problems.map(({ where, what, remedy }) => `  ✗ ${where} ${what}\n    → ${remedy}`)
  throw new RefusedError(`a faulty bundle is not signed:\n${lines.join('\n')}`)
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: 0o644 })
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
}

export async function runSign(args: readonly string[], { print }: BundleIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { key: { type: 'string' }, version: { type: 'string' } },
  })
  const [given = '.', ...more] = positionals
  if (more.length > 0) throw new UsageError('give one folder')
  if (values.key === undefined) throw new UsageError('--key FILE is missing')
  const version = readVersion(values.version)
  const folder = resolve(given)
  const key = await readPrivateKey(resolve(values.key))
  const files = await readAll(folder)
  await refuseFaulty(folder, files)
  const jws = await signBundle(files, { key, version, issuedAt: new Date() })
  await replaceFile(join(folder, SIGNATURE_FILE), `${jws}\n`)
  print(`✓ ${folder}: version ${version}, signed with ${key.kid}: ${[...files.keys()].join(', ')}`)
  return EXIT.done
}

export async function runKeygen(args: readonly string[], { print }: BundleIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { key: { type: 'string' }, algorithm: { type: 'string', default: 'EdDSA' } },
  })
  if (values.key === undefined) throw new UsageError('--key FILE is missing')
  const algorithm = SIGNING_ALGORITHMS.find((name) => name === values.algorithm)
  if (!algorithm) throw new UsageError(`--algorithm takes ${SIGNING_ALGORITHMS.join(' or ')}`)
  const path = resolve(values.key)
  const { privateJwk } = await makeSigningKey(algorithm)
  await writePrivateKey(path, privateJwk)
  print(`✓ ${path} is the private key: for nobody else, and for no kiosk`)
  return EXIT.done
}

export async function runPublicKeys(args: readonly string[], { print }: BundleIo): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { key: { type: 'string', multiple: true } } })
  if (!values.key) throw new UsageError('--key FILE is missing')
  const keys = await Promise.all(values.key.map((path) => readPrivateKey(resolve(path))))
  print(JSON.stringify({ keys: keys.map(publicHalf) }, null, 2))
  return EXIT.done
}
