/** How three fleets wait: with the product's own schedule code, and as two common habits do. Pure. */
import { backOff, patientDelayMs, RETRY_LIMITS } from '../../helper/backoff.ts'
import {
  continueSchedule,
  DEFAULT_INTERVAL_SECONDS,
  type PollOutcome,
  type PollSchedule,
  startSchedule,
} from '../../helper/oauth/poll-schedule.ts'

/** Everything a kiosk asks the outside world for. */
export const REQUEST_KINDS = ['codeRequests', 'polls', 'refreshes', 'attestations', 'reconnects'] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]
/** What is simply tried again after a failure; polls have a schedule of their own. */
export type RetriedKind = Exclude<RequestKind, 'polls'>

type PollRules = {
  start(code: { intervalSeconds: number; expiresAtMs: number }, nowMs: number, random: () => number): PollSchedule
  goOn(schedule: PollSchedule, outcome: PollOutcome, nowMs: number, random: () => number): PollSchedule
}

export type RetryHabits = {
  /**
   * After a failure.
   *
   * @param failure.ceilingMs what the failure before this answered, 0 after a success
   * @param failure.retryAfterMs what the server wished, if it named a moment
   */
  retry(
    kind: RetriedKind,
    failure: { ceilingMs: number; retryAfterMs: number | null },
    random: () => number,
  ): { ceilingMs: number; delayMs: number }
  polls: PollRules
  /** Whether the kiosk limits how many codes it asks for, as `code-budget.ts` does. */
  limitsCodes: boolean
}

const MOST_MS = 60_000
const INTERVAL_MS = DEFAULT_INTERVAL_SECONDS * 1000

/** Attestation and reconnection are not built yet and stand here as designed: nobody stands waiting for the broker. */
const LIMITS = {
  codeRequests: RETRY_LIMITS.code,
  refreshes: RETRY_LIMITS.refresh,
  attestations: { firstMs: 5_000, mostMs: MOST_MS },
  reconnects: { firstMs: 30_000, mostMs: MOST_MS },
}
/** As in token-refresh.ts: the answer may have been lost, and the rotated token with it. */
const FIRST_REFRESH_RETRY_MS = { from: 1_000, to: 3_000 }

export const OURS: RetryHabits = {
  retry(kind, { ceilingMs: lastCeilingMs, retryAfterMs }, random) {
    const wishMs = patientDelayMs(retryAfterMs, random)
    if (kind === 'refreshes' && lastCeilingMs === 0) {
      const { from, to } = FIRST_REFRESH_RETRY_MS
      // Half of the first ceiling, which the next wait doubles.
      return { ceilingMs: LIMITS.refreshes.firstMs / 2, delayMs: Math.max(from + (to - from) * random(), wishMs) }
    }
    const { ceilingMs, delayMs } = backOff(lastCeilingMs, LIMITS[kind], random)
    return { ceilingMs, delayMs: Math.max(delayMs, wishMs) }
  },
  polls: { start: startSchedule, goOn: continueSchedule },
  limitsCodes: true,
}

/** Polls that wait exactly as told, without a margin or a random part. */
function pollsWithoutJitter(nextCeilingMs: (ceilingMs: number) => number): PollRules {
  const at = (schedule: PollSchedule, pollAtMs: number): PollSchedule => ({
    ...schedule,
    nextPollAtMs: pollAtMs < schedule.expiresAtMs ? pollAtMs : null,
  })
  return {
    start: ({ expiresAtMs }, nowMs) =>
      at({ intervalMs: INTERVAL_MS, ceilingMs: 0, expiresAtMs, nextPollAtMs: null }, nowMs + INTERVAL_MS),
    goOn(schedule, outcome, nowMs) {
      if (outcome.kind !== 'transient') return at({ ...schedule, ceilingMs: 0 }, nowMs + INTERVAL_MS)
      const ceilingMs = nextCeilingMs(schedule.ceilingMs)
      return at({ ...schedule, ceilingMs }, nowMs + ceilingMs)
    },
  }
}

function withoutJitter(nextCeilingMs: (ceilingMs: number) => number): RetryHabits {
  return {
    retry(_kind, failure) {
      const ceilingMs = nextCeilingMs(failure.ceilingMs)
      return { ceilingMs, delayMs: ceilingMs }
    },
    polls: pollsWithoutJitter(nextCeilingMs),
    limitsCodes: false,
  }
}

/** Every 5 s, whatever happens. */
export const FIXED_INTERVAL = withoutJitter(() => INTERVAL_MS)

/** 5, 10, 20, 40, then every 60 s. */
export const EXPONENTIAL_WITHOUT_JITTER = withoutJitter((ceilingMs) =>
  ceilingMs === 0 ? INTERVAL_MS : Math.min(ceilingMs * 2, MOST_MS),
)
