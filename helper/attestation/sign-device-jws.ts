/** Signs with the device's key for whoever holds the fleet's authority. Never says more of the key than its kind. */
import type { KeyObject, X509Certificate } from 'node:crypto'
import { CompactSign } from 'jose'

/** RFC 7518 §3.1, RFC 8037 §3.1, by Node's name for the kind of key. */
const ALGORITHMS: Readonly<Record<string, string>> = { ec: 'ES256', ed25519: 'EdDSA', rsa: 'PS256' }

/** @param leaf goes along as `x5c` (RFC 7515 §4.1.6) */
export function signDeviceJws(key: KeyObject, leaf: X509Certificate, type: string, payload: object): Promise<string> {
  const alg = ALGORITHMS[key.asymmetricKeyType ?? ''] ?? 'ES256'
  const x5c = [leaf.raw.toString('base64')]
  return new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader({ alg, typ: type, x5c }).sign(key)
}
