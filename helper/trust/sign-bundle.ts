/** Makes keys for bundles and signs with them, on an operator's machine. Never on a kiosk, never over an existing key. */
import { createPrivateKey, createPublicKey } from 'node:crypto'
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

/** @throws KioskError `bundle-key-unusable` for members that make no key */
export function publicHalf(key: SigningKey): JWK {
  try {
    const publicKey = createPublicKey(createPrivateKey({ key, format: 'jwk' }))
    return { ...(publicKey.export({ format: 'jwk' }) as JWK), alg: key.alg, use: 'sig', kid: key.kid }
  } catch {
    // The words of the library's own error could quote it.
    throw unusable(`key ${key.kid} has members that make no key`)
  }
}

/** @returns both halves, each under the RFC 7638 thumbprint of the public one */
export async function makeSigningKey(algorithm: SigningAlgorithm): Promise<{ privateJwk: SigningKey; publicJwk: JWK }> {
  const options = algorithm === 'EdDSA' ? { crv: 'Ed25519' } : {}
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true, ...options })
  const kid = await calculateJwkThumbprint(await exportJWK(publicKey))
  const privateJwk = privateJwkSchema.parse({ ...(await exportJWK(privateKey)), alg: algorithm, use: 'sig', kid })
  return { privateJwk, publicJwk: publicHalf(privateJwk) }
}

/** @throws KioskError `bundle-key-unusable` where a file is there already */
export async function writePrivateKey(path: string, key: SigningKey): Promise<void> {
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
