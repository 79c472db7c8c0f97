/** Finds polls that came sooner than RFC 8628 allows, by when their heads reached the provider. Pure. */
import type { SeenRequest } from './request-log.ts'

/** RFC 8628 §3.5: each `slow_down` adds five seconds from then on. */
const SLOW_DOWN_MS = 5_000

export type EarlyPoll = { userCode: string; gapMs: number; intervalMs: number }

/** @param intervalSecondsOf what the answer with this code said */
export function findEarlyPolls(
  requests: readonly SeenRequest[],
  intervalSecondsOf: (userCode: string) => number,
): EarlyPoll[] {
  const early: EarlyPoll[] = []
  const paces = new Map<string, { intervalMs: number; last: SeenRequest }>()
  for (const poll of requests) {
    const { endpoint, userCode, atMs } = poll
    if (endpoint !== 'token' || userCode === null) continue
    const pace = paces.get(userCode)
    if (!pace) {
      paces.set(userCode, { intervalMs: intervalSecondsOf(userCode) * 1000, last: poll })
      continue
    }
    if (pace.last.outcome?.error === 'slow_down') pace.intervalMs += SLOW_DOWN_MS
    const gapMs = atMs - pace.last.atMs
    if (gapMs < pace.intervalMs) early.push({ userCode, gapMs, intervalMs: pace.intervalMs })
    pace.last = poll
  }
  return early
}
