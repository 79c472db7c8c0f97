/** How long a kiosk waits before it connects again. Never soon for a connection that does not stand. */
import { backOff } from '../backoff.ts'

const LIMITS = { firstMs: 1_000, mostMs: 60_000 }
/** One that is let in and thrown out again, time after time, is none: as where two devices share a certificate. */
const STANDS_AFTER_MS = 60_000

export type ReconnectPace = {
  /** The wait after one more end in a row. */
  nextDelayMs(): number
  /** @param onStanding once this connection has stood for a minute: the wait is a short one again from then on */
  connected(onStanding: () => void): void
  lost(): void
}

export function paceReconnects(random: () => number): ReconnectPace {
  let ceilingMs = 0
  let standing: NodeJS.Timeout | null = null

  function lost(): void {
    if (standing) clearTimeout(standing)
    standing = null
  }

  return {
    nextDelayMs() {
      const { ceilingMs: ceiling, delayMs } = backOff(ceilingMs, LIMITS, random)
      ceilingMs = ceiling
      return Math.ceil(delayMs)
    },
    connected(onStanding) {
      lost()
      standing = setTimeout(() => {
        ceilingMs = 0
        onStanding()
      }, STANDS_AFTER_MS).unref()
    },
    lost,
  }
}
