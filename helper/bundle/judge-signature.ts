/** Whether the signature that lies in a bundle still fits its files. Knows no trusted key, and so never says who signed. */
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { ConfigFault } from '../../contract/check-kiosk-config.ts'
import { hashOf, listBundleFiles, openBundleFolder } from '../config/bundle-files.ts'
import { BUNDLE_TYPE, type BundlePayload, bundlePayloadSchema, SIGNATURE_FILE } from '../trust/bundle-payload.ts'

const SIGN_IT = 'Sign the bundle anew, with a higher version, or remove bundle.jws.'

const textOf = (bytes: Buffer) => bytes.toString('latin1').trim()

/** @returns null for what is no statement about a bundle */
function readSignedPayload(jws: string): BundlePayload | null {
  try {
    if (decodeProtectedHeader(jws).typ !== BUNDLE_TYPE) return null
    return bundlePayloadSchema.parse(decodeJwt(jws))
  } catch {
    return null
  }
}

/** What the signature says, believed; null where there is none. */
export async function readSignedVersion(folder: string): Promise<number | null> {
  const signature = await openBundleFolder(folder).read(SIGNATURE_FILE, { staysInside: true })
  return signature.kind === 'bytes' ? (readSignedPayload(textOf(signature.bytes))?.version ?? null) : null
}

/** @returns one fault for each file; none where nothing was signed */
export async function judgeSignature(folder: string): Promise<ConfigFault[]> {
  const source = openBundleFolder(folder)
  const signature = await source.read(SIGNATURE_FILE, { staysInside: true })
  if (signature.kind === 'missing') return []
  const payload = signature.kind === 'bytes' ? readSignedPayload(textOf(signature.bytes)) : null
  if (!payload) return [{ path: SIGNATURE_FILE, what: 'is no signature of a bundle', remedy: SIGN_IT }]
  const faults: ConfigFault[] = []
  for (const [name, hash] of Object.entries(payload.files)) {
    const reading = await source.read(name, { staysInside: true })
    if (reading.kind !== 'bytes') {
      faults.push({ path: name, what: 'was signed and is missing, or cannot be read', remedy: SIGN_IT })
    } else if (hashOf(reading.bytes) !== hash) {
      faults.push({ path: name, what: 'was changed after the bundle was signed', remedy: SIGN_IT })
    }
  }
  const signed = Object.keys(payload.files)
  const added = (await listBundleFiles(folder)).filter((name) => name !== SIGNATURE_FILE && !signed.includes(name))
  return [...faults, ...added.map((path) => ({ path, what: 'was added after the bundle was signed', remedy: SIGN_IT }))]
}
