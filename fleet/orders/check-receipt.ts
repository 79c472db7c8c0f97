/** Whether a receipt is the word of the device that it is about, in Node and in a browser. No other receipt counts. */
import { compactVerify, decodeProtectedHeader, importSPKI } from 'jose'
import {
  RECEIPT_SIZE_LIMIT_BYTES,
  type ReceiptPayload,
  receiptHeaderSchema,
  receiptPayloadSchema,
} from '../../contract/remote-orders.ts'
import type { DeviceCertificateFault, FleetAuthority } from './fleet-authority.ts'

export type ReceiptFault = DeviceCertificateFault | 'too-large' | 'not-signed' | 'wrong-signature' | 'malformed'

export type CheckedReceipt = { kind: 'receipt'; receipt: ReceiptPayload } | { kind: 'no-receipt'; why: ReceiptFault }

function readHeader(jws: string) {
  try {
    return receiptHeaderSchema.safeParse(decodeProtectedHeader(jws)).data ?? null
  } catch {
    // Not a JWS, which is what the answer says.
    return null
  }
}

/** @param deviceId whose topic it came on */
export async function checkReceipt(
  bytes: Uint8Array,
  deviceId: string,
  authority: FleetAuthority,
  nowEpochMs: number,
): Promise<CheckedReceipt> {
  const fault = (why: ReceiptFault): CheckedReceipt => ({ kind: 'no-receipt', why })
  if (bytes.length > RECEIPT_SIZE_LIMIT_BYTES) return fault('too-large')
  const jws = new TextDecoder('latin1').decode(bytes)
  const header = readHeader(jws)
  if (header === null) return fault('not-signed')
  const certificate = await authority.check(header.x5c, deviceId, nowEpochMs)
  if (certificate.kind === 'bad') return fault(certificate.why)
  let payload: Uint8Array
  try {
    const key = await importSPKI(certificate.publicKeyPem, header.alg)
    payload = (await compactVerify(jws, key, { algorithms: [header.alg] })).payload
  } catch {
    // Of whatever kind: another key, another algorithm, other words.
    return fault('wrong-signature')
  }
  let content: unknown
  try {
    content = JSON.parse(new TextDecoder().decode(payload))
  } catch {
    return fault('malformed')
  }
  const { data: receipt } = receiptPayloadSchema.safeParse(content)
  if (!receipt) return fault('malformed')
  return receipt.deviceId === deviceId ? { kind: 'receipt', receipt } : fault('another-device')
}
