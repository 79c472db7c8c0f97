/** The helper's clock: monotonic, and moving on while the machine sleeps. Never goes by the wall clock, which may be set. */
import { uptime } from 'node:os'

/** Node fires a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
const LOOK_EVERY_MS = 1_000
/** Less than this is how exact the clocks are, and how busy a small machine can be. */
const NOTICEABLE_MS = 2_000
/** Between two looks: the process itself was held, as by a sleep that this system's clocks do not show. */
const HELD_MS = 30_000

export type KioskClock = {
  nowMs(): number
  /** Resolves no sooner than after `delayMs`, and at once after a sleep that lasted longer. Rejects when the signal aborts. */
  wait(delayMs: number, signal: AbortSignal): Promise<void>
  random(): number
}

/** What a clock can tell besides the time. */
export type ClockEvent =
  | { kind: 'slept'; forMs: number }
  /** Somebody, or a time service, set the wall clock. */
  | { kind: 'stepped'; byMs: number }

/** Where time comes from: all in milliseconds. `upMs` counts a sleep of the machine, `monotonicMs` need not. */
export type TimeSources = { monotonicMs(): number; upMs(): number; epochMs(): number; random(): number }

const SYSTEM_TIME: TimeSources = {
  monotonicMs: () => performance.now(),
  upMs: () => uptime() * 1000,
  epochMs: Date.now,
  random: Math.random,
}

/**
 * @param onEvent told of every sleep and of every step of the wall clock, at most a second after it
 * @returns the clock, and what ends its looking
 */
export function startKioskClock(
  onEvent: (event: ClockEvent) => void,
  time: TimeSources = SYSTEM_TIME,
): { clock: KioskClock; stop(): void } {
  let sleptMs = 0
  const waits = new Set<() => void>()
  const nowMs = () => time.monotonicMs() + sleptMs
  const read = () => ({ monotonicMs: time.monotonicMs(), upMs: time.upMs(), epochMs: time.epochMs() })
  let last = read()

  function look(): void {
    const now = read()
    const awakeMs = now.monotonicMs - last.monotonicMs
    const upMs = now.upMs - last.upMs
    const asleepMs = upMs - awakeMs
    const steppedMs = now.epochMs - last.epochMs - Math.max(upMs, awakeMs)
    last = now
    if (Math.abs(steppedMs) >= NOTICEABLE_MS) onEvent({ kind: 'stepped', byMs: Math.round(steppedMs) })
    if (asleepMs >= NOTICEABLE_MS) {
      sleptMs += asleepMs
      for (const arm of [...waits]) arm()
      onEvent({ kind: 'slept', forMs: Math.round(asleepMs) })
    } else if (awakeMs >= HELD_MS) onEvent({ kind: 'slept', forMs: Math.round(awakeMs) })
  }

  function wait(delayMs: number, signal: AbortSignal): Promise<void> {
    const dueMs = nowMs() + delayMs
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const end = () => {
        clearTimeout(timer)
        waits.delete(arm)
        signal.removeEventListener('abort', abort)
      }
      const abort = () => {
        end()
        reject(signal.reason)
      }
      // A timer may fire a little early on the monotonic clock; then it is armed once more.
      const arm = () => {
        clearTimeout(timer)
        const leftMs = dueMs - nowMs()
        if (leftMs > 0) timer = setTimeout(arm, Math.min(Math.ceil(leftMs), LONGEST_TIMER_MS))
        else {
          end()
          resolve()
        }
      }
      if (signal.aborted) return reject(signal.reason)
      signal.addEventListener('abort', abort)
      waits.add(arm)
      arm()
    })
  }

  const looking = setInterval(look, LOOK_EVERY_MS).unref()
  return { clock: { nowMs, wait, random: () => time.random() }, stop: () => clearInterval(looking) }
}
