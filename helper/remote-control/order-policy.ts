/** Whether an order is one to carry out, from what was read of it. Pure. Never sees a key, a disk or a clock. */
import {
  type ORDER_ALGORITHMS,
  ORDER_CLOCK_TOLERANCE_SECONDS,
  ORDER_LIFE_LIMIT_SECONDS,
  ORDER_SIZE_LIMIT_BYTES,
  ORDER_TYPE,
  type OrderPayload,
  type OrderRefusal,
  orderHeaderSchema,
  orderPayloadSchema,
  type ReceiptPayload,
} from '../../contract/remote-orders.ts'

/** Three parts in base64url; the last is empty where nobody signed. RFC 7515 §7.1. */
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$/

/** What may be told of a message before anything in it is believed. */
export function judgeSize(sizeBytes: number): OrderRefusal | null {
  return sizeBytes > ORDER_SIZE_LIMIT_BYTES ? 'too-large' : null
}

export function judgeForm(text: string): OrderRefusal | null {
  return COMPACT_JWS.test(text) ? null : 'not-signed'
}

/** A key for orders, pinned to the one algorithm it is for. */
export type PinnedKey = { keyId: string; algorithm: (typeof ORDER_ALGORITHMS)[number] }

/**
 * RFC 8725 §3.1, §3.11: the header chooses among the pinned keys and nothing else.
 *
 * @param header as it was decoded, whatever it holds
 */
export function judgeHeader<Key extends PinnedKey>(
  header: Readonly<Record<string, unknown>>,
  keys: readonly Key[],
): { kind: 'verify'; key: Key } | { kind: 'refuse'; reason: OrderRefusal } {
  if (header.typ !== ORDER_TYPE) return { kind: 'refuse', reason: 'wrong-kind' }
  const key = keys.find(({ keyId }) => keyId === header.kid)
  if (!key) return { kind: 'refuse', reason: 'unknown-key' }
  if (header.alg !== key.algorithm) return { kind: 'refuse', reason: 'wrong-algorithm' }
  if (!orderHeaderSchema.safeParse(header).success) return { kind: 'refuse', reason: 'malformed' }
  return { kind: 'verify', key }
}

/** `provider` is its clock by TLS. The others may be behind the truth, never ahead of what somebody trusted said. */
export type OrderClock = { kind: ReceiptPayload['clock']; nowEpochMs: number }

/** `open`: what was promised for these very bytes is not over: they are being kept, owed, or their receipt is not delivered. */
export type OrderStanding = 'unknown' | 'open' | 'closed'

/** Which orders this device has seen, as far as it knows. */
export type OrderMemory = {
  /** Not all that were issued before are in it: it was damaged and begun anew, or full. Null where it has always been whole. */
  beganEpochMs: number | null
  isFull: boolean
  find(orderId: string, orderHash: string): OrderStanding
}

export type OrderVerdict =
  | { kind: 'carry-out'; order: OrderPayload }
  /** The broker did not hear that it was seen: what was promised for it is kept already. */
  | { kind: 'known'; order: OrderPayload }
  /**
   * `about` where a pinned key has signed that this was such an order. `isToBeRemembered`: at another time, or by another clock,
   * the same bytes would be carried out.
   */
  | { kind: 'refuse'; reason: OrderRefusal; about: OrderPayload | null; isToBeRemembered: boolean }

/**
 * @param payload of a signature that was verified, whatever it holds
 * @param message.isRedelivered as the broker says: MQTT 5 §3.3.1.1
 */
export function judgeOrder(
  payload: unknown,
  {
    deviceId,
    orderHash,
    clock,
    memory,
    isRedelivered,
  }: {
    deviceId: string
    orderHash: string
    clock: OrderClock
    memory: OrderMemory
    isRedelivered: boolean
  },
): OrderVerdict {
  const parsed = orderPayloadSchema.safeParse(payload)
  if (!parsed.success) return { kind: 'refuse', reason: faultOf(payload), about: null, isToBeRemembered: false }
  const order = parsed.data
  const refuse = (reason: OrderRefusal, isToBeRemembered = false): OrderVerdict => ({
    kind: 'refuse',
    reason,
    about: order,
    isToBeRemembered,
  })
  if (order.aud !== deviceId) return refuse('wrong-device')
  if (order.exp <= order.iat || order.exp - order.iat > ORDER_LIFE_LIMIT_SECONDS) return refuse('lifetime-too-long')
  const standing = memory.find(order.jti, orderHash)
  // A broker that was killed may send an order anew without the mark: it gets the one answer that is on its way.
  if (standing === 'open' || (standing === 'closed' && isRedelivered)) return { kind: 'known', order }
  if (standing === 'closed') return refuse('replayed')
  // Nobody knows any more whether it was carried out.
  if (memory.beganEpochMs !== null && order.iat * 1000 < memory.beganEpochMs) return refuse('replayed')
  const nowSeconds = clock.nowEpochMs / 1000
  if (order.iat - ORDER_CLOCK_TOLERANCE_SECONDS > nowSeconds) return refuse('not-valid-yet', true)
  if (order.exp + ORDER_CLOCK_TOLERANCE_SECONDS <= nowSeconds) return refuse('expired', clock.kind !== 'provider')
  return memory.isFull ? refuse('too-many', true) : { kind: 'carry-out', order }
}

/** An order of a newer fleetctl, or nothing of the kind. */
function faultOf(payload: unknown): OrderRefusal {
  const named = orderPayloadSchema.safeParse({ ...Object(payload), order: 'revoke-session' })
  return named.success && typeof Object(payload).order === 'string' ? 'unknown-order' : 'malformed'
}

/** After this moment an order is expired by any clock that counts, and need not be remembered. */
export function forgottenAfterEpochMs({ exp }: Pick<OrderPayload, 'exp'>): number {
  return (exp + 2 * ORDER_CLOCK_TOLERANCE_SECONDS) * 1000
}
