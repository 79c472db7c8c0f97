/** A head of a trail that was kept outside the kiosk, as an operator gives it. Never takes a signature for good unchecked. */
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import { AUDIT_HEAD_TYPE, type AuditHead, auditHeadSchema } from '../../contract/audit-head.ts'
import { RefusedError } from '../bundle/bundle-io.ts'

const headerSchema = z.looseObject({ typ: z.literal(AUDIT_HEAD_TYPE), x5c: z.array(z.string()).min(1).max(8) })

/** Who vouches for it. */
type HeadVouching =
  /** Nobody but whoever gave it. */
  | { kind: 'unsigned' }
  /** `isOfFleet` is null where no authority was given to judge the certificate by. */
  | { kind: 'signed'; fingerprint: string; isOfFleet: true | null }

export type GivenHead = { head: AuditHead; vouching: HeadVouching }

const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** RFC 7515, RFC 8037, RFC 7518: the key's kind decides, never what the header asks for. */
function algorithmOf({ publicKey }: X509Certificate): string {
  const algorithms: Record<string, string> = { ec: 'ES256', ed25519: 'EdDSA', rsa: 'PS256' }
  return algorithms[publicKey.asymmetricKeyType ?? ''] ?? 'none of ours'
}

function readAuthorities(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw new RefusedError('the file of --ca holds no certificate')
  return blocks.map((block) => new X509Certificate(block))
}

function checkCertificate(
  leaf: X509Certificate,
  head: AuditHead,
  authorities: readonly X509Certificate[] | null,
): true | null {
  const names = leaf.subject.split('\n')
  if (!names.includes(`CN=${head.deviceId}`)) {
    throw new RefusedError(`the head is of ${head.deviceId}, and was signed with the certificate of another device`)
  }
  const isValidThen = head.atEpochMs >= Date.parse(leaf.validFrom) && head.atEpochMs <= Date.parse(leaf.validTo)
  if (!isValidThen) throw new RefusedError('the head was signed when its certificate was not valid')
  if (authorities === null) return null
  const isOfFleet = authorities.some((authority) => leaf.checkIssued(authority) && leaf.verify(authority.publicKey))
  if (!isOfFleet) throw new RefusedError('the head was signed with a certificate of none of the authorities in --ca')
  return true
}

async function readSigned(jws: string, caPem: string | null): Promise<GivenHead> {
  try {
    const { x5c } = headerSchema.parse(decodeProtectedHeader(jws))
    const leaf = new X509Certificate(Buffer.from(x5c[0] ?? '', 'base64'))
    const { payload } = await compactVerify(jws, leaf.publicKey, { algorithms: [algorithmOf(leaf)] })
    const head = auditHeadSchema.parse(JSON.parse(new TextDecoder().decode(payload)))
    const isOfFleet = checkCertificate(leaf, head, caPem === null ? null : readAuthorities(caPem))
    return { head, vouching: { kind: 'signed', fingerprint: leaf.fingerprint256, isOfFleet } }
  } catch (error) {
    if (error instanceof RefusedError) throw error
    throw new RefusedError('what --head gives is no head that a device has signed, or was changed since')
  }
}

async function readText(path: string, option: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RefusedError(`${path}, given as ${option}, cannot be read (${error.code})`)
  })
}

/**
 * @param given a compact JWS, or the name of a file that holds one, or a head as JSON
 * @param caFile authorities in PEM that may vouch for a device's certificate
 * @throws RefusedError where it is no head, or not rightly signed
 */
export async function readGivenHead(given: string, caFile: string | null): Promise<GivenHead> {
  const text = COMPACT_JWS.test(given) ? given : (await readText(given, '--head')).trim()
  if (COMPACT_JWS.test(text)) return readSigned(text, caFile === null ? null : await readText(caFile, '--ca'))
  if (caFile !== null) throw new RefusedError('the given head is not signed: --ca has nothing to judge')
  try {
    return { head: auditHeadSchema.parse(JSON.parse(text)), vouching: { kind: 'unsigned' } }
  } catch {
    throw new RefusedError(`${given} holds no head of an audit trail, neither as a JWS nor as JSON`)
  }
}
