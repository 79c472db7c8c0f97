/** Waits for a moment between two polls of a code, so that an approval falls exactly where it is meant to. */
import { setTimeout as sleep } from 'node:timers/promises'

export type PollArrivals = {
  /** When the polls of the code arrived at the provider so far, on `performance.now()`. */
  arrivalsMs(): number[]
  /** From one arrival to the next, as a rule. */
  periodMs(): number
}

/** Far from a poll, now and then is often enough to look; a poll may come sooner by its jitter, or by this much. */
const COARSE_LOOK_MS = 20
const LEAST_EARLY_MS = 50
const EARLY_SHARE = 0.05
const FINE_LOOK_MS = 2

/** @returns the arrival of the next poll that is not the code's first, within a few milliseconds of it */
async function untilNextPoll({ arrivalsMs, periodMs }: PollArrivals, signal: AbortSignal): Promise<number> {
  while (arrivalsMs().length === 0) await sleep(COARSE_LOOK_MS, undefined, { signal })
  const known = arrivalsMs()
  const earlyMs = Math.max(periodMs() * EARLY_SHARE, LEAST_EARLY_MS)
  await sleepUntil((known.at(-1) ?? 0) + periodMs() - earlyMs, signal)
  while (arrivalsMs().length === known.length) await sleep(FINE_LOOK_MS, undefined, { signal })
  return arrivalsMs().at(-1) ?? Number.NaN
}

async function sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(atMs - performance.now(), 0), undefined, { signal })
}

/**
 * Resolves when this share of a period has passed since a poll, with no other poll in between.
 *
 * Where a poll came sooner than expected, the wait starts again from it. Otherwise the last phases would at times turn
 * into the first ones, and with them a short wait for the token into a long one: the means of two clients that are
 * equal would differ by that chance.
 *
 * @param phase in [0, 1)
 */
export async function untilPhase(phase: number, polls: PollArrivals, signal: AbortSignal): Promise<void> {
  let pollAtMs = await untilNextPoll(polls, signal)
  for (;;) {
    await sleepUntil(pollAtMs + phase * polls.periodMs(), signal)
    const newestAtMs = polls.arrivalsMs().at(-1) ?? Number.NaN
    if (newestAtMs === pollAtMs) return
    pollAtMs = newestAtMs
  }
}
