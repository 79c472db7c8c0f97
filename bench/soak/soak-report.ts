/** What a soak came to, and whether that is good. Pure. */
import { findEarlyPolls } from '../../demo/hostile-provider/poll-pace.ts'
import type { PeopleCounts } from './soak-people.ts'
import { SOAK_INTERVAL_SECONDS, type SoakRun } from './soak-run.ts'
import { readTrend, type SoakTrend } from './soak-trend.ts'

/** So many more timers at the end than at the beginning are a leak. */
const MORE_TIMERS = 3
const FEWEST_SAMPLES = 5
/** Pino's number for the level that a crash is logged with. */
const FATAL_LINE = '"level":60'

export type SoakReport = {
  minutes: number
  seed: number
  samples: number
  polls: number
  renewals: number
  people: PeopleCounts
  /** By kind, those of status with their number; a code that ran out early is an `oauthError`. */
  faults: Record<string, number>
  /** How often each trouble stood on the screen instead of a code, or beside it. */
  troubles: Record<string, number>
  residentKb: { first: number; last: number; most: number }
  trend: SoakTrend | null
  gapsBelowInterval: number
  fatalLines: number
  helperRestarts: number
  secretsInOutput: number
  /** Why the run is no good; empty for a good one. */
  failures: string[]
}

function countBy<T>(things: readonly T[], keyOf: (thing: T) => string | null): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const thing of things) {
    const key = keyOf(thing)
    if (key !== null) counts[key] = (counts[key] ?? 0) + 1
  }
  return Object.fromEntries(Object.entries(counts).toSorted(([, a], [, b]) => b - a))
}

function findFailures(report: Omit<SoakReport, 'failures'>, crash: string | null): string[] {
  const { gapsBelowInterval, fatalLines, helperRestarts, secretsInOutput, trend } = report
  const counted: readonly [number, string][] = [
    [gapsBelowInterval, 'polls came below the interval'],
    [fatalLines, 'fatal lines in the helper’s log'],
    [helperRestarts, 'restarts of the helper'],
    [secretsInOutput, 'secrets in the helper’s log'],
  ]
  const failures = counted.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  if (crash !== null) failures.push(crash)
  if (!trend) return [...failures, 'too few samples to see a trend']
  const { second, last } = trend.timersInFifths
  if (last > second + MORE_TIMERS) failures.push(`timers grew from ${second} to ${last}`)
  return failures
}

export function makeSoakReport(run: SoakRun, { minutes, seed }: { minutes: number; seed: number }): SoakReport {
  const { samples, people, requests, seen, output, secrets, crash } = run
  const tokenRequests = requests.filter(({ endpoint }) => endpoint === 'token')
  const renewals = tokenRequests.filter(({ grantType }) => grantType === 'refresh_token').length
  const residentKb = samples.map((sample) => Math.round(sample.residentKb))
  const report = {
    minutes,
    seed,
    samples: samples.length,
    polls: tokenRequests.length - renewals,
    renewals,
    people,
    faults: countBy(requests, ({ outcome }) =>
      outcome?.fault === 'status' ? `status ${outcome.status}` : (outcome?.fault ?? null),
    ),
    troubles: countBy(seen, ({ session }) => {
      if (session.kind === 'trouble') return session.code
      return session.kind === 'awaitingApproval' ? session.pollTrouble : null
    }),
    residentKb: { first: residentKb[0] ?? 0, last: residentKb.at(-1) ?? 0, most: Math.max(0, ...residentKb) },
    trend: samples.length < FEWEST_SAMPLES ? null : readTrend(samples),
    gapsBelowInterval: findEarlyPolls(requests, () => SOAK_INTERVAL_SECONDS).length,
    fatalLines: output.split('\n').filter((line) => line.includes(FATAL_LINE)).length,
    helperRestarts: Math.max(new Set(samples.map(({ processId }) => processId)).size - 1, 0),
    secretsInOutput: secrets.filter((secret) => output.includes(secret)).length,
  }
  return { ...report, failures: findFailures(report, crash) }
}
