/** A token bucket on a clock that is passed in, so that nobody at the screen floods the log. */

export type RequestBudget = {
  /** False when there was no budget left; it costs nothing then. */
  spend(nowMs: number): boolean
}

/** @param refillMs one more each time this has passed, up to `atOnce` */
export function createRequestBudget({ atOnce, refillMs }: { atOnce: number; refillMs: number }): RequestBudget {
  /** Full then; each request moves it further into the future. */
  let fullAtMs = Number.NEGATIVE_INFINITY
  return {
    spend(nowMs) {
      const nextFullAtMs = Math.max(fullAtMs, nowMs) + refillMs
      if (nextFullAtMs - nowMs > atOnce * refillMs) return false
      fullAtMs = nextFullAtMs
      return true
    },
  }
}
