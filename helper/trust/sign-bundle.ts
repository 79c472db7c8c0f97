/** Makes keys for bundles and signs with them, on an operator's machine. Never on a kiosk, never over an existing key. */
import { lstat, open, readFile } from 'node:fs/promises'
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { z } from 'zod'
import { KioskError } from '../../contract/kiosk-error.ts'
import { hashFiles } from '../config/bundle-files.ts'
import { BUNDLE_TYPE, type BundlePayload, SIGNING_ALGORITHMS, type SigningAlgorithm } from './bundle-payload.ts'

const FOR_OTHERS = 0o077

function unusable(what: string, cause?: unknown): KioskError {
  return new KioskError('bundle-key-unusable', what, { cause })
}

/** RFC 7517, RFC 8037: what `makeSigningKey` writes. */
const privateJwkSchema = z.looseObject({
  kty: z.enum(['OKP', 'EC']),
  alg: z.enum(SIGNING_ALGORITHMS),
  kid: z.string().min(1),
  d: z.string().min(1),
})
export type SigningKey = z.infer<typeof privateJwkSchema>

/** @returns both halves as JWKs, each under the RFC 7638 thumbprint of the public one */
export async function makeSigningKey(algorithm: SigningAlgorithm): Promise<{ privateJwk: JWK; publicJwk: JWK }> {
  const options = algorithm === 'EdDSA' ? { crv: 'Ed25519' } : {}
  const pair = await generateKeyPair(algorithm, { extractable: true, ...options })
  const publicPart = await exportJWK(pair.publicKey)
  const said = { alg: algorithm, use: 'sig', kid: await calculateJwkThumbprint(publicPart) }
  return { privateJwk: { ...(await exportJWK(pair.privateKey)), ...said }, publicJwk: { ...publicPart, ...said } }
}

/** @throws KioskError `bundle-key-unusable` where a file is there already */
export async function writePrivateKey(path: string, key: JWK): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(key, null, 2)}\n`)
    } finally {
      await file.close()
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw unusable(
      code === 'EEXIST' ? `${path} is there already, and is not overwritten` : `${path} cannot be written (${code})`,
      cause,
    )
  }
}

/** @throws KioskError `bundle-key-unusable`, also for a file that others than its owner may read */
export async function readPrivateKey(path: string): Promise<SigningKey> {
  const found = await lstat(path).catch((cause: NodeJS.ErrnoException) => {
    throw unusable(`${path} cannot be read (${cause.code})`, cause)
  })
  if (!found.isFile()) throw unusable(`${path} is no file of its own`)
  if (process.getuid && found.mode & FOR_OTHERS) {
    throw unusable(
      `${path} has mode ${(found.mode & 0o777).toString(8)}, so that others may read the key: set mode 0600`,
    )
  }
  try {
    return privateJwkSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    // Its parser's own words would quote it.
    throw unusable(`${path} is no private key as "kioskctl bundle keygen" writes it`)
  }
}

/** @returns a compact JWS (RFC 7515 §7.1) over the hashes of these files */
export async function signBundle(
  files: ReadonlyMap<string, Buffer>,
  given: { key: SigningKey; version: number; issuedAt: Date },
): Promise<string> {
  const payload: BundlePayload = {
    version: given.version,
    issuedAt: given.issuedAt.toISOString(),
    files: hashFiles(files),
  }
  const { alg, kid } = given.key
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg, kid, typ: BUNDLE_TYPE })
    .sign(await importJWK(given.key as JWK, alg))
}
