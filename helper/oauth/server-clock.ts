/** How far the kiosk's wall clock is from the provider's, by the `Date` header of its answers. Never sets a clock. */

/** `Date` has whole seconds, and an answer is on its way for a while: less than this says nothing. */
const NOTICEABLE_MS = 2_000

export type ServerClock = {
  /** Takes note of one answer. Moments on the kiosk's monotonic clock, so that a wall clock set meanwhile does no harm. */
  note(headers: { get(name: string): string | null }, sentAtMs: number, receivedAtMs: number): void
  /** Milliseconds by which the provider's clock is ahead of the kiosk's; 0 when too small to tell, null before any answer. */
  skewMs(): number | null
}

/** @param time the kiosk's monotonic clock, and the wall clock that may be wrong */
export function createServerClock(time: { nowMs(): number; epochMs(): number }): ServerClock {
  /** The provider's epoch milliseconds at zero of the monotonic clock. */
  let originEpochMs: number | null = null
  return {
    note(headers, sentAtMs, receivedAtMs) {
      const date = Date.parse(headers.get('date') ?? '')
      // RFC 9111 §5.1: how long a cache on the way has kept the answer since that date.
      const ageMs = (Number(headers.get('age')) || 0) * 1000
      // The header is cut to whole seconds, so on average half a second more had passed.
      if (!Number.isNaN(date)) originEpochMs = date + ageMs + 500 - (sentAtMs + receivedAtMs) / 2
    },
    skewMs() {
      if (originEpochMs === null) return null
      const skewMs = originEpochMs + time.nowMs() - time.epochMs()
      return Math.abs(skewMs) < NOTICEABLE_MS ? 0 : Math.round(skewMs)
    },
  }
}
