/** Exponential backoff for everything that is asked again. Pure. Keeps a fleet from coming back all at once. */

export type BackoffLimits = { firstMs: number; mostMs: number }

/** For what the provider, or the gateway before it, is asked again; polls begin at their own interval. */
export const RETRY_LIMITS = {
  code: { firstMs: 5_000, mostMs: 60_000 },
  refresh: { firstMs: 5_000, mostMs: 60_000 },
  revocation: { firstMs: 2_000, mostMs: 30_000 },
  attestation: { firstMs: 5_000, mostMs: 300_000 },
} as const satisfies Record<string, BackoffLimits>

/** A wish is spread over as much time again, but no more than this. */
const WIDEST_SPREAD_MS = 60_000

/**
 * The wait after one more failure in a row: its ceiling doubles from `firstMs` to `mostMs`.
 *
 * Waits come from the upper half below the ceiling. Once at the top, a kiosk takes any place in the longest wait and then
 * keeps it, so that a fleet that waited through an outage comes back evenly spread over that time.
 *
 * @param previousCeilingMs of the wait before; 0 for the first failure
 * @param random uniform in [0, 1)
 */
export function backOff(
  previousCeilingMs: number,
  { firstMs, mostMs }: BackoffLimits,
  random: () => number,
): { ceilingMs: number; delayMs: number } {
  const ceilingMs = previousCeilingMs === 0 ? firstMs : Math.min(previousCeilingMs * 2, mostMs)
  if (ceilingMs < mostMs) return { ceilingMs, delayMs: ceilingMs * (0.5 + 0.5 * random()) }
  if (previousCeilingMs < mostMs) return { ceilingMs, delayMs: ceilingMs * random() }
  return { ceilingMs, delayMs: ceilingMs * (0.9 + 0.1 * random()) }
}

/**
 * How long to stay away when a server named a time: never less, and longer at random, because a whole fleet may have been
 * told the same moment.
 *
 * @param wishMs of `Retry-After` or its like; null where the server named none
 */
export function patientDelayMs(wishMs: number | null, random: () => number): number {
  return wishMs === null ? 0 : wishMs + Math.min(wishMs, WIDEST_SPREAD_MS) * random()
}
