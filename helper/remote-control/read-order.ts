/** Reads what came from the broker, as far as a pinned key vouches for it. Never takes a key or an algorithm from a message. */
import { createHash } from 'node:crypto'
import { compactVerify, decodeProtectedHeader } from 'jose'
import type { OrderRefusal } from '../../contract/remote-orders.ts'
import type { TrustedKey } from '../trust/public-key.ts'
import { judgeForm, judgeHeader, judgeSize } from './order-policy.ts'

export type ReadOrder = { kind: 'signed'; payload: unknown } | { kind: 'refused'; reason: OrderRefusal }

const refused = (reason: OrderRefusal): ReadOrder => ({ kind: 'refused', reason })

/** Names a message, also one that cannot be read. */
export function hashOfMessage(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // Whoever judges it finds that it is no order.
    return undefined
  }
}

function readHeader(jws: string): Readonly<Record<string, unknown>> | null {
  try {
    return decodeProtectedHeader(jws)
  } catch {
    // Not a header: the message is none of ours.
    return null
  }
}

/** RFC 7515 §5.2. */
export async function readOrder(bytes: Buffer, keys: readonly TrustedKey[]): Promise<ReadOrder> {
  const tooLarge = judgeSize(bytes.length)
  if (tooLarge) return refused(tooLarge)
  const jws = bytes.toString('latin1')
  const notSigned = judgeForm(jws)
  if (notSigned) return refused(notSigned)
  const header = readHeader(jws)
  if (!header) return refused('not-signed')
  const judged = judgeHeader(header, keys)
  if (judged.kind === 'refuse') return refused(judged.reason)
  const { key, algorithm } = judged.key
  return compactVerify(jws, key, { algorithms: [algorithm] }).then(
    ({ payload }) => ({ kind: 'signed', payload: parseJson(payload) }),
    () => refused('wrong-signature'),
  )
}
