/** How far the kiosk's wall clock is from the provider's, by the `Date` header of its answers. Never sets a clock. */

/** `Date` has whole seconds, and an answer is on its way for a while: less than this says nothing. */
const NOTICEABLE_MS = 2_000

export type ServerClock = {
  /** Takes note of one answer. Moments in epoch milliseconds on the kiosk's wall clock. */
  note(headers: { get(name: string): string | null }, sentAtMs: number, receivedAtMs: number): void
  /** Milliseconds by which the provider's clock is ahead of the kiosk's; 0 when too small to tell, null before any answer. */
  skewMs(): number | null
}

export function createServerClock(): ServerClock {
  let skewMs: number | null = null
  return {
    note(headers, sentAtMs, receivedAtMs) {
      const date = Date.parse(headers.get('date') ?? '')
      if (Number.isNaN(date)) return
      // The header is cut to whole seconds, so on average half a second more had passed.
      const measuredMs = date + 500 - (sentAtMs + receivedAtMs) / 2
      skewMs = Math.abs(measuredMs) < NOTICEABLE_MS ? 0 : Math.round(measuredMs)
    },
    skewMs: () => skewMs,
  }
}
