/** Whether a pinned key vouches for a bundle, file by file. Never takes an algorithm from the signature, never reads a setting. */
import { compactVerify, decodeProtectedHeader, type ProtectedHeaderParameters } from 'jose'
import { KioskError } from '../../contract/kiosk-error.ts'
import { type BundleFiles, hashOf, listBundleFiles } from '../config/bundle-files.ts'
import {
  BUNDLE_TYPE,
  type BundlePayload,
  bundlePayloadSchema,
  FILE_COUNT_LIMIT,
  SIGNATURE_FILE,
} from './bundle-payload.ts'
import type { TrustedKey } from './public-key.ts'

function invalid(what: string, cause?: unknown): KioskError {
  return new KioskError('bundle-signature-invalid', what, { cause })
}

/** What somebody wrote into a header, short enough for a line of the screen. */
function quoted(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : 'nothing'
}

function readHeader(jws: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(jws)
  } catch (cause) {
    throw invalid('is no signature (JWS)', cause)
  }
}

function readPayload(bytes: Uint8Array): BundlePayload {
  try {
    return bundlePayloadSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch (cause) {
    throw invalid('is signed, but does not say what a bundle’s signature says', cause)
  }
}

/**
 * RFC 7515 §5.2. The header chooses among the pinned keys and nothing else.
 *
 * @throws KioskError `bundle-signature-invalid`; the message continues "bundle.jws …"
 */
async function verifySignature(
  jws: string,
  keys: readonly TrustedKey[],
): Promise<{ payload: BundlePayload; keyId: string }> {
  const { typ, alg, kid } = readHeader(jws)
  if (typ !== BUNDLE_TYPE) throw invalid(`is of the kind ${quoted(typ)}, not ${BUNDLE_TYPE}`)
  const key = keys.find(({ keyId }) => keyId === kid)
  if (!key) throw invalid(`is signed with a key that is not this kiosk’s (${quoted(kid)})`)
  if (alg !== key.algorithm) throw invalid(`names the algorithm ${quoted(alg)}, and its key is for ${key.algorithm}`)
  const verified = await compactVerify(jws, key.key, { algorithms: [key.algorithm] }).catch((cause: unknown) => {
    throw invalid('does not fit its key: it was changed, or made with another one', cause)
  })
  return { payload: readPayload(verified.payload), keyId: key.keyId }
}

/** @returns what differs between the files of a folder and those that were signed, one line each */
function findDifferences(signed: BundlePayload['files'], names: readonly string[], files: ReadonlyMap<string, Buffer>) {
  const changed = Object.entries(signed).flatMap(([name, hash]) => {
    const bytes = files.get(name)
    if (!bytes) return [{ name, what: 'was signed and is missing, or cannot be read' }]
    return hashOf(bytes) === hash ? [] : [{ name, what: 'was changed after it was signed' }]
  })
  const added = names.filter((name) => name !== SIGNATURE_FILE && !Object.hasOwn(signed, name))
  return [...changed, ...added.map((name) => ({ name, what: 'was added after the bundle was signed' }))]
}

export type VerifiedBundle = {
  payload: BundlePayload
  keyId: string
  /** What was signed, and the signature: all that may be read of this bundle. */
  files: ReadonlyMap<string, Buffer>
}

/** What a signature does not vouch for, each with the file that it is about. */
export type BundleDoubt = {
  code: 'bundle-unsigned' | 'bundle-signature-invalid' | 'bundle-file-changed' | 'bundle-unreadable'
  /** Empty where it is the folder. */
  name: string
  what: string
}

/** Reads every file that was signed, once; nothing of a bundle in doubt may be used. */
export async function verifyBundle(
  source: BundleFiles,
  keys: readonly TrustedKey[],
): Promise<VerifiedBundle | { doubts: BundleDoubt[] }> {
  const signature = await source.read(SIGNATURE_FILE)
  if (signature.kind !== 'bytes') {
    const what =
      signature.kind === 'missing' ? 'does not exist, and this kiosk takes signed bundles alone' : 'cannot be read'
    return { doubts: [{ code: 'bundle-unsigned', name: SIGNATURE_FILE, what }] }
  }
  try {
    const { payload, keyId } = await verifySignature(signature.bytes.toString('latin1').trim(), keys)
    const files = new Map([[SIGNATURE_FILE, signature.bytes]])
    const signedNames = Object.keys(payload.files)
    if (signedNames.length > FILE_COUNT_LIMIT) throw invalid(`lists more than ${FILE_COUNT_LIMIT} files`)
    for (const name of signedNames) {
      const reading = await source.read(name)
      if (reading.kind === 'bytes') files.set(name, reading.bytes)
    }
    const differences = findDifferences(payload.files, await listBundleFiles(source.folder), files)
    if (differences.length === 0) return { payload, keyId, files }
    return { doubts: differences.map((difference) => ({ code: 'bundle-file-changed', ...difference })) }
  } catch (error) {
    if (!(error instanceof KioskError)) throw error
    if (error.code === 'bundle-unreadable') {
      return { doubts: [{ code: error.code, name: '', what: 'cannot be listed, and may hold more than was signed' }] }
    }
    if (error.code !== 'bundle-signature-invalid') throw error
    return { doubts: [{ code: error.code, name: SIGNATURE_FILE, what: error.message }] }
  }
}
