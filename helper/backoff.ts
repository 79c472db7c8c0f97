/** Exponential backoff for everything that is asked again. Pure. Keeps a fleet from coming back all at once. */

/** Doubles a wait's ceiling, up to `mostMs`. Start from the shortest wait; a success starts anew. */
export function raiseCeilingMs(ceilingMs: number, mostMs: number): number {
  return Math.min(ceilingMs * 2, mostMs)
}

/**
 * A wait in the upper half below the ceiling.
 *
 * Waits over the whole range would be shorter on average, but a fleet that has waited through an outage would come back
 * with almost twice the load of an even spread; from the upper half it is a third more.
 *
 * @param random uniform in [0, 1)
 */
export function backoffDelayMs(ceilingMs: number, random: () => number): number {
  return ceilingMs * (0.5 + 0.5 * random())
}
