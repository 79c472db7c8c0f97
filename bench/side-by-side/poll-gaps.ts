/** Looks for polls that came sooner than RFC 8628 allows, as the provider saw them. Pure. */
import type { SeenRequest } from '../../demo/hostile-provider/hostile-provider.ts'

/** RFC 8628 §3.5: each `slow_down` adds five seconds from then on. */
const SLOW_DOWN_SECONDS = 5

export type PollCount = { polls: number; gapsBelowInterval: number }

/** The polls of one code, in the order of their arrival. */
export function pollsOf(requests: readonly SeenRequest[], userCode: string): SeenRequest[] {
  return requests.filter((request) => request.endpoint === 'token' && request.userCode === userCode)
}

export function gapsMs(polls: readonly SeenRequest[]): number[] {
  return polls.slice(1).map(({ atMs }, index) => atMs - (polls[index]?.atMs ?? Number.NaN))
}

/** @param intervalSeconds that the code was issued with */
export function countPolls(polls: readonly SeenRequest[], intervalSeconds: number): PollCount {
  let intervalMs = intervalSeconds * 1000
  let gapsBelowInterval = 0
  for (const [index, poll] of polls.entries()) {
    const before = polls[index - 1]
    if (before?.outcome?.error === 'slow_down') intervalMs += SLOW_DOWN_SECONDS * 1000
    if (before && poll.atMs - before.atMs < intervalMs) gapsBelowInterval += 1
  }
  return { polls: polls.length, gapsBelowInterval }
}

/** Adds the polls of several codes up. */
export function addPollCounts(counts: readonly PollCount[]): PollCount {
  return counts.reduce(
    (sum, count) => ({
      polls: sum.polls + count.polls,
      gapsBelowInterval: sum.gapsBelowInterval + count.gapsBelowInterval,
    }),
    { polls: 0, gapsBelowInterval: 0 },
  )
}
