/** Words, tables and the JSON line of a run. Pure. */
import { type FleetRun, HABIT_NAMES, type HabitName, meetsRequirement, REQUIREMENT } from './fleet-run.ts'
import { IDEAL_SPREAD_SECONDS, type RecoveryReport } from './recovery-meter.ts'
import { REQUEST_KINDS } from './retry-habits.ts'

export const HABIT_TITLES: Record<HabitName, string> = {
  ours: 'this kiosk',
  fixedInterval: 'every 5 s',
  exponentialWithoutJitter: 'doubling, no jitter',
}

const DEFINITIONS = `Ten minutes without provider, gateway and broker, then everything is back at once. Virtual time, seeded.
Recovery work: for each kiosk and each kind it needs back (a reconnect; an attestation; a poll if its code lives, a code
request if it died; a refresh if it is due) the requests from the moment of recovery up to and including the first that
succeeds, as they arrive at the server. What a kiosk asks for once it is back is normal load and not part of it.
Peak: the most recovery work in any one second, wherever it begins. Ideal: the same work evenly over ${IDEAL_SPREAD_SECONDS} s.
Habits: this kiosk; every 5 s whatever happens; 5, 10, 20, 40, then every 60 s without a random part.
Back: until 95 % of the kiosks, and the last, have all they need.
Polls, backoff and the limit on codes are the product's own code; code requests and refreshes wait by it as code-retry.ts
and token-refresh.ts do. Attestation (every 15 min and before each code) and reconnection to the broker are not built yet:
here they wait by helper/backoff.ts as designed (first 5 s and 30 s, at most 60 s).`

function count(value: number): string {
  return Math.round(value).toLocaleString('en-GB')
}

/** Columns as wide as they must be; the first two are words, the others numbers. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const pad = (cell: string, column: number) =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n')
}

const RECOVERY_HEAD = ['kiosks', 'habit', 'work', 'ideal/s', 'peak/s', '× ideal', '95 % back', 'last back']

function recoveryRow(kiosks: number, title: string, report: RecoveryReport): string[] {
  return [
    count(kiosks),
    title,
    count(report.recoveryWork),
    count(report.idealPerSecond),
    count(report.recoveryPeakPerSecond),
    report.ratioToIdeal.toFixed(2),
    `${report.secondsToRecoverP95.toFixed(1)} s`,
    `${report.secondsToRecoverLast.toFixed(1)} s`,
  ]
}

const REQUESTS_HEAD = ['kiosks', 'habit', 'code requests', 'polls', 'refreshes', 'attestations', 'reconnects']

function requestsRow(kiosks: number, title: string, report: RecoveryReport): string[] {
  const { duringOutage, afterOutage } = report.requests
  const counts = REQUEST_KINDS.map((kind) => `${count(duringOutage[kind])} / ${count(afterOutage[kind])}`)
  return [count(kiosks), title, ...counts]
}

function verdict(runs: readonly FleetRun[]): string {
  const { kiosks, mostRatioToIdeal } = REQUIREMENT
  const requirement = `Required: at ${count(kiosks)} kiosks this kiosk's peak is at most ${mostRatioToIdeal} × ideal`
  const met = meetsRequirement(runs)
  if (met === null) return `${requirement}; a fleet of that size was not played.`
  return met ? `${requirement}: met.` : `${requirement}: MISSED.`
}

/** What a person reads. */
export function describeRuns(runs: readonly FleetRun[]): string {
  const rowsOf = (rowOf: typeof recoveryRow) =>
    runs.flatMap(({ kiosks, reports }) => HABIT_NAMES.map((name) => rowOf(kiosks, HABIT_TITLES[name], reports[name])))
  const namedEnd = runs.map(({ kiosks, oursAfterNamedEnd }) =>
    recoveryRow(kiosks, HABIT_TITLES.ours, oursAfterNamedEnd),
  )
  return [
    DEFINITIONS,
    formatTable([RECOVERY_HEAD, ...rowsOf(recoveryRow)]),
    verdict(runs),
    'Requests during the outage / in the three minutes after it:',
    formatTable([REQUESTS_HEAD, ...rowsOf(requestsRow)]),
    'The same where 503 answers with one Retry-After date, the end of the outage, come from the provider (no requirement):',
    formatTable([RECOVERY_HEAD, ...namedEnd]),
  ].join('\n\n')
}

function numbersOf({ perSecond: _, ...numbers }: RecoveryReport): Omit<RecoveryReport, 'perSecond'> {
  return numbers
}

/** What a program reads: one line. */
export function runsAsJson(runs: readonly FleetRun[], seed: number): string {
  const byKiosks = (numbersFor: (run: FleetRun) => unknown) =>
    Object.fromEntries(runs.map((run) => [String(run.kiosks), numbersFor(run)]))
  return JSON.stringify({
    kiosks: byKiosks(({ reports }) => Object.fromEntries(HABIT_NAMES.map((name) => [name, numbersOf(reports[name])]))),
    retryAfterNamesTheEnd: byKiosks(({ oursAfterNamedEnd }) => ({ ours: numbersOf(oursAfterNamedEnd) })),
    requirement: { ...REQUIREMENT, met: meetsRequirement(runs) },
    seed,
  })
}
