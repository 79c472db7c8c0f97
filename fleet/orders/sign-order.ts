/** Makes and signs an order for one kiosk, in Node and in a browser. Sees a key only as a handle. */
import { base64url, CompactSign, type CryptoKey } from 'jose'
import {
  type ORDER_ALGORITHMS,
  ORDER_LIFE_LIMIT_SECONDS,
  ORDER_TYPE,
  type OrderName,
  type OrderPayload,
} from '../../contract/remote-orders.ts'

export type OrderSigner = {
  /** `kid`: RFC 7638 thumbprint, as in the kiosk's `operations-keys.json`. */
  keyId: string
  algorithm: (typeof ORDER_ALGORITHMS)[number]
  key: CryptoKey
}

export type SignedOrder = {
  deviceId: string
  order: OrderName
  jws: string
  /** As the receipt names it. */
  orderHash: string
  expiresAtEpochMs: number
}

const HOUR_SECONDS = 60 * 60

/**
 * How long a kiosk that is off may find an order when it comes back. What ends something is right whenever it comes, for as
 * long as brokers keep it; the others answer somebody who is waiting.
 */
export const ORDER_LIFE_SECONDS: Readonly<Record<OrderName, number>> = {
  'revoke-session': ORDER_LIFE_LIMIT_SECONDS,
  wipe: ORDER_LIFE_LIMIT_SECONDS,
  'refresh-tokens': HOUR_SECONDS,
  'restart-sign-in': HOUR_SECONDS,
  'reload-config': HOUR_SECONDS,
  'collect-diagnostics': HOUR_SECONDS,
}

const encode = (text: string) => new TextEncoder().encode(text)

async function hashOf(text: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', encode(text))))
}

export async function signOrder(
  {
    deviceId,
    order,
    lifeSeconds = ORDER_LIFE_SECONDS[order],
  }: { deviceId: string; order: OrderName; lifeSeconds?: number },
  signer: OrderSigner,
  nowEpochMs: number,
): Promise<SignedOrder> {
  const iat = Math.floor(nowEpochMs / 1000)
  const exp = iat + lifeSeconds
  const jti = base64url.encode(crypto.getRandomValues(new Uint8Array(16)))
  const payload: OrderPayload = { aud: deviceId, jti, iat, exp, order }
  const jws = await new CompactSign(encode(JSON.stringify(payload)))
    .setProtectedHeader({ typ: ORDER_TYPE, alg: signer.algorithm, kid: signer.keyId })
    .sign(signer.key)
  return { deviceId, order, jws, orderHash: await hashOf(jws), expiresAtEpochMs: exp * 1000 }
}
