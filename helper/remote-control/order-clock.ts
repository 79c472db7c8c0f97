/** What time it is, for whoever judges an order: the provider's by TLS, else the latest that anybody trusted has said. Pure. */
import { ORDER_MESSAGE_EXPIRY_SECONDS } from '../../contract/remote-orders.ts'
import type { OrderClock } from './order-policy.ts'

export type TimeKnowledge = {
  /** The kiosk's own clock, which may be wrong. */
  ownEpochMs: number
  /** By how much the provider's is ahead of it, by the `Date` header of an answer over TLS; null before any. */
  providerSkewMs: number | null
  /** It cannot be earlier: when a certificate began, when an order was signed that a pinned key vouches for. */
  floorEpochMs: number
}

export function tellTime({ ownEpochMs, providerSkewMs, floorEpochMs }: TimeKnowledge): OrderClock {
  if (providerSkewMs !== null) return { kind: 'provider', nowEpochMs: ownEpochMs + providerSkewMs }
  if (floorEpochMs > ownEpochMs) return { kind: 'broker', nowEpochMs: floorEpochMs }
  return { kind: 'own', nowEpochMs: ownEpochMs }
}

/**
 * The broker counts a message's expiry down while it keeps it (MQTT 5 §3.3.2.3.3), over a connection that TLS vouches for.
 *
 * @param leftSeconds as it came; undefined, or more than an order is given, tells nothing
 * @returns how long ago an order was published, at least
 */
export function waitedSeconds(leftSeconds: number | undefined): number {
  if (leftSeconds === undefined) return 0
  return Math.max(0, ORDER_MESSAGE_EXPIRY_SECONDS - leftSeconds)
}
