/** Decides when the token endpoint is asked next. Pure. Never polls sooner than the provider allows, nor after the code died. */
import { backOff, patientDelayMs } from '../backoff.ts'

/** RFC 8628 §3.2: "If no value is provided, clients MUST use 5 as the default." */
export const DEFAULT_INTERVAL_SECONDS = 5
/** RFC 8628 §3.5: slow_down adds five seconds from now on. */
const SLOW_DOWN_MS = 5_000
const BACKOFF_CEILING_MS = 60_000
/** Added to every wait, because the clocks of two machines never run quite alike: a fixed part, and shares of the interval. */
const MARGIN = { fixedMs: 1, leastShare: 0.0002, mostShare: 0.0022 }
/** The last poll leaves this long before the code dies, so that an approval in its last seconds is not lost. */
const LAST_POLL_BEFORE_EXPIRY_MS = 1_500

export type PollSchedule = {
  intervalMs: number
  /** Of the backoff; equal to the interval after a good answer. */
  ceilingMs: number
  expiresAtMs: number
  /** When the next poll may leave, or null when the code is given up. */
  nextPollAtMs: number | null
}

/** What became of one poll, as far as the schedule cares. `retryAfterMs` is the server's wish, if it named one. */
export type PollOutcome =
  | { kind: 'pending' }
  | { kind: 'slowDown'; intervalSeconds: number | null }
  | { kind: 'transient'; retryAfterMs: number | null }

function at(schedule: PollSchedule, nowMs: number, delayMs: number, random: () => number): PollSchedule {
  const share = MARGIN.leastShare + random() * (MARGIN.mostShare - MARGIN.leastShare)
  const margin = MARGIN.fixedMs + share * schedule.intervalMs
  const earliestMs = nowMs + schedule.intervalMs
  const wishedMs = nowMs + delayMs + margin
  const lastMs = schedule.expiresAtMs - LAST_POLL_BEFORE_EXPIRY_MS
  // A wait that would pass the end of the code is cut short to one last poll, never below the interval: a server that
  // wished for more hears from this code once, and an approval given meanwhile is not lost.
  const nextPollAtMs = wishedMs <= lastMs ? wishedMs : Math.max(lastMs, earliestMs + margin)
  return { ...schedule, nextPollAtMs: nextPollAtMs < schedule.expiresAtMs ? nextPollAtMs : null }
}

/**
 * Starts with the answer that brought the code: the first poll waits one interval.
 *
 * @param nowMs when the answer had arrived, on the monotonic clock; all waits count from the arrival of an answer, so
 *   that two polls cannot come closer than the interval at the server, whatever the network does to them
 * @param random uniform in [0, 1)
 */
export function startSchedule(
  code: { intervalSeconds: number | null; expiresAtMs: number },
  nowMs: number,
  random: () => number,
): PollSchedule {
  const intervalMs = Math.max(code.intervalSeconds ?? DEFAULT_INTERVAL_SECONDS, 1) * 1000
  const schedule = { intervalMs, ceilingMs: intervalMs, expiresAtMs: code.expiresAtMs, nextPollAtMs: null }
  return at(schedule, nowMs, intervalMs, random)
}

/** Whether the poll that is due may still leave: a timer that fired late, as after a suspend, may find the code dead. */
export function mayPoll(schedule: PollSchedule, nowMs: number): boolean {
  return schedule.nextPollAtMs !== null && nowMs >= schedule.nextPollAtMs && nowMs < schedule.expiresAtMs
}

/** Goes on after the answer to a poll, which arrived (or failed) at `nowMs`. */
export function continueSchedule(
  schedule: PollSchedule,
  outcome: PollOutcome,
  nowMs: number,
  random: () => number,
): PollSchedule {
  switch (outcome.kind) {
    case 'pending':
      return at({ ...schedule, ceilingMs: schedule.intervalMs }, nowMs, schedule.intervalMs, random)
    case 'slowDown': {
      const intervalMs = Math.max(schedule.intervalMs + SLOW_DOWN_MS, (outcome.intervalSeconds ?? 0) * 1000)
      return at({ ...schedule, intervalMs, ceilingMs: intervalMs }, nowMs, intervalMs, random)
    }
    case 'transient': {
      // RFC 8628 §3.5: on connection trouble, poll less often, as by doubling the wait each time.
      const limits = { firstMs: schedule.intervalMs, mostMs: BACKOFF_CEILING_MS }
      const backoff = backOff(schedule.ceilingMs, limits, random)
      const ceilingMs = Math.max(backoff.ceilingMs, schedule.intervalMs)
      const delayMs = Math.max(backoff.delayMs, schedule.intervalMs, patientDelayMs(outcome.retryAfterMs, random))
      return at({ ...schedule, ceilingMs }, nowMs, delayMs, random)
    }
  }
}
