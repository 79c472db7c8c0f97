/** The report as tables for a terminal. Pure. */
import { CLIENT_NAMES } from './bench-client.ts'
import type { BenchReport } from './bench-report.ts'
import { table } from './text-table.ts'

function faultTables({ faults, notSurvived, notRefused, cannotSurvive }: BenchReport): string[] {
  const rows = CLIENT_NAMES.map((name) => {
    const { survived, of, refused, ofForgeries } = faults[name]
    return [name, `${survived} of ${of}`, `${refused} of ${ofForgeries}`]
  })
  const misses = CLIENT_NAMES.flatMap((name) => [
    ...notSurvived[name].map((fault) => [`${name} did not survive: ${fault}`]),
    ...notRefused[name].map((fault) => [`${name} believed: ${fault}`]),
  ])
  return [
    table('Faults', [['client', 'survived', 'forgeries refused'], ...rows]),
    ...(misses.length > 0 ? [table('Faults that ended a sign-in, forgeries that made one', misses)] : []),
    ...(cannotSurvive.length > 0
      ? [
          table(
            'What no client can survive',
            cannotSurvive.map(({ name, reason }) => [`${name}: ${reason}`]),
          ),
        ]
      : []),
  ]
}

function approvalTables({ approveToTokenMs, ratioToFloorByInterval }: BenchReport): string[] {
  return Object.entries(approveToTokenMs).map(([interval, clients]) => {
    const rows = CLIENT_NAMES.flatMap((name) =>
      Object.entries(clients[name]).map(([roundTrip, { mean, p50, p95, count, failed }]) => [
        name,
        roundTrip,
        mean,
        p50,
        p95,
        ratioToFloorByInterval[interval]?.[name][roundTrip] ?? '',
        failed === 0 ? count : `${count} (${failed} failed)`,
      ]),
    )
    const head = ['client', 'RTT ms', 'mean ms', 'p50 ms', 'p95 ms', 'to floor', 'sign-ins']
    return table(`From approval to token, interval ${interval} s`, [head, ...rows])
  })
}

function pollTable({ pollsPerSignIn, gapsBelowInterval }: BenchReport): string {
  const intervals = Object.keys(pollsPerSignIn.ours)
  const head = ['client', ...intervals.map((interval) => `polls a sign-in at ${interval} s`), 'gaps below the interval']
  const rows = CLIENT_NAMES.map((name) => [
    name,
    ...intervals.map((interval) => pollsPerSignIn[name][interval] ?? ''),
    gapsBelowInterval[name],
  ])
  return table('Polls', [head, ...rows])
}

function startTable({ startToCode }: BenchReport): string {
  const rows = Object.entries(startToCode).map(([roundTrip, { nodeMs, coldMs, warmMs, coldRatio, warmRatio }]) => [
    roundTrip,
    nodeMs,
    `${coldMs} (x ${coldRatio})`,
    `${warmMs} (x ${warmRatio})`,
  ])
  return table('Helper start to code', [['RTT ms', 'node -e 0, ms', 'cold, ms', 'warm, ms'], ...rows])
}

function memoryTable({ residentAfter500Polls: memory }: BenchReport): string[] {
  if (memory === null) return []
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
  const rows = CLIENT_NAMES.map((name) => {
    const { residentBytes, peakBytes, polls } = memory[name]
    return [name, megabytes(residentBytes), megabytes(peakBytes), polls]
  })
  return [table('Memory of the process', [['client', 'resident MiB', 'peak MiB', 'after polls'], ...rows])]
}

/** Two polls of the quickest client come a second apart: this late, and the times are the machine's, not the client's. */
const MOST_DRIVER_DELAY_MS = 25

function describeMachine({ machine: { cores, loadavg, driverDelayMs } }: BenchReport): string {
  const { mean, p99 } = driverDelayMs
  const warning = p99 > MOST_DRIVER_DELAY_MS ? ' It was too busy: measure again on a quiet one.' : ''
  return `Machine: ${cores} cores, load ${loadavg}, the driver late by ${mean} ms (p99 ${p99} ms).${warning}`
}

export function describeReport(report: BenchReport): string {
  return [
    ...faultTables(report),
    ...approvalTables(report),
    pollTable(report),
    startTable(report),
    ...memoryTable(report),
    describeMachine(report),
    '',
  ].join('\n')
}
