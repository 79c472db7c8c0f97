/** How long a start waits for what the broker has kept: until it falls silent, and never longer than it may. Knows no broker. */

const LOOK_MS = 50
/** After the subscription, and after each order: a broker that has more sends it at once. */
const QUIET_MS = 300

export type StartBarrier = {
  /** Subscribed: what was kept is on its way. */
  subscribed(): void
  /** The broker is not silent while an order is taken, and for a moment afterwards. */
  during<Result>(taking: () => Promise<Result>): Promise<Result>
  /** @returns whether the broker fell silent in time, and nothing has stopped the waiting */
  wait(limitMs: number): Promise<boolean>
}

/** @param options.pause resolves sooner once `isStopping` */
export function openStartBarrier(options: {
  nowMs: () => number
  pause: (delayMs: number) => Promise<void>
  isStopping: () => boolean
}): StartBarrier {
  const { nowMs, pause, isStopping } = options
  let quietAtMs: number | null = null
  const isQuiet = () => quietAtMs !== null && nowMs() >= quietAtMs
  return {
    subscribed() {
      quietAtMs ??= nowMs() + QUIET_MS
    },
    async during(taking) {
      quietAtMs = null
      try {
        return await taking()
      } finally {
        quietAtMs = nowMs() + QUIET_MS
      }
    },
    async wait(limitMs) {
      const untilMs = nowMs() + limitMs
      while (!isQuiet() && nowMs() < untilMs && !isStopping()) await pause(LOOK_MS)
      return isQuiet()
    },
  }
}
