/** Messages that no kiosk may carry out, each with the reason that its receipt must give. */
import { createHmac, createPublicKey } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import {
  ORDER_LIFE_LIMIT_SECONDS,
  ORDER_SIZE_LIMIT_BYTES,
  ORDER_TYPE,
  type OrderRefusal,
  RECEIPT_TYPE,
} from '../../contract/remote-orders.ts'
import { newOrder, type OrderKey, signOrder } from './operations.ts'

export type BadOrder = { what: string; message: string | Buffer; reason: OrderRefusal }

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** RFC 8725 §2.1: the public key, which everybody has, as a shared secret. */
function signedWithPublicKey({ x, kid }: OrderKey, payload: object): string {
  const head = `${encode({ typ: ORDER_TYPE, alg: 'HS256', kid })}.${encode(payload)}`
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: x ?? '' } })
  const secret = publicKey.export({ type: 'spki', format: 'pem' })
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`
}

async function otherKey(kid: string, alg: 'EdDSA' | 'ES256'): Promise<OrderKey> {
  const options = { extractable: true, ...(alg === 'EdDSA' && { crv: 'Ed25519' }) }
  const { privateKey } = await generateKeyPair(alg, options)
  return { ...((await exportJWK(privateKey)) as JWK), kid, alg }
}

/** A letter of the signature is another one. */
function tampered(jws: string): string {
  const at = jws.lastIndexOf('.') + 5
  return `${jws.slice(0, at)}${jws[at] === 'A' ? 'B' : 'A'}${jws.slice(at + 1)}`
}

/** @param key pinned at the kiosk, EdDSA */
export async function makeBadOrders(deviceId: string, key: OrderKey): Promise<BadOrder[]> {
  const wipe = () => newOrder(deviceId, 'wipe')
  const now = Math.floor(Date.now() / 1000)
  const good = await signOrder(wipe(), key)
  const [head, , signature] = good.split('.')
  return [
    { what: 'nothing', message: '', reason: 'not-signed' },
    { what: 'bytes', message: Buffer.from([0, 255, 1, 254]), reason: 'not-signed' },
    { what: 'an order in plain words', message: JSON.stringify(wipe()), reason: 'not-signed' },
    { what: 'a header that is no JSON', message: `AAAA.${encode(wipe())}.AAAA`, reason: 'not-signed' },
    { what: 'too much', message: 'A'.repeat(ORDER_SIZE_LIMIT_BYTES + 1), reason: 'too-large' },
    { what: 'a bundle’s signature', message: await signOrder(wipe(), key, 'kiosk-bundle+jws'), reason: 'wrong-kind' },
    { what: 'a receipt', message: await signOrder(wipe(), key, RECEIPT_TYPE), reason: 'wrong-kind' },
    {
      what: 'another’s key',
      message: await signOrder(wipe(), await otherKey('other', 'EdDSA')),
      reason: 'unknown-key',
    },
    {
      what: 'another’s key under a pinned name',
      message: await signOrder(wipe(), await otherKey(key.kid, 'EdDSA')),
      reason: 'wrong-signature',
    },
    {
      what: 'no signature (none)',
      message: `${encode({ typ: ORDER_TYPE, alg: 'none', kid: key.kid })}.${encode(wipe())}.`,
      reason: 'wrong-algorithm',
    },
    { what: 'HS256 with the public key', message: signedWithPublicKey(key, wipe()), reason: 'wrong-algorithm' },
    {
      what: 'another algorithm under a pinned name',
      message: await signOrder(wipe(), await otherKey(key.kid, 'ES256')),
      reason: 'wrong-algorithm',
    },
    { what: 'a changed signature', message: tampered(good), reason: 'wrong-signature' },
    { what: 'a changed order', message: `${head}.${encode(wipe())}.${signature}`, reason: 'wrong-signature' },
    { what: 'words that are no order', message: await signOrder({ order: 'wipe' }, key), reason: 'malformed' },
    { what: 'more than an order', message: await signOrder({ ...wipe(), force: true }, key), reason: 'malformed' },
    {
      what: 'an unknown order',
      message: await signOrder({ ...wipe(), order: 'reboot' }, key),
      reason: 'unknown-order',
    },
    { what: 'another device', message: await signOrder(newOrder('DR-9999', 'wipe'), key), reason: 'wrong-device' },
    {
      what: 'a life without end',
      message: await signOrder({ ...wipe(), exp: now + ORDER_LIFE_LIMIT_SECONDS + 100 }, key),
      reason: 'lifetime-too-long',
    },
    { what: 'the future', message: await signOrder({ ...wipe(), iat: now + 600 }, key), reason: 'not-valid-yet' },
    {
      what: 'the past',
      message: await signOrder({ ...wipe(), iat: now - 900, exp: now - 600 }, key),
      reason: 'expired',
    },
  ]
}
