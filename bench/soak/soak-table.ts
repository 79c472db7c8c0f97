/** A soak as tables for a terminal. Pure. */
import type { SoakReport } from './soak-report.ts'
import type { SoakRun } from './soak-run.ts'

const SAMPLES_HEAD = ['minute', 'resident MiB', 'heap MiB, least', 'timers', 'sockets', 'polls', 'faults']

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => `  ${row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')}`).join('\n')
}

function megabytes(kilobytes: number): string {
  return (kilobytes / 1024).toFixed(1)
}

function range(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least === most ? String(least) : `${least}–${most}`
}

function minuteRows({ samples, requests, startedAtMs }: Pick<SoakRun, 'samples' | 'requests' | 'startedAtMs'>) {
  const minutes = Object.groupBy(samples, ({ atSeconds }) => Math.ceil(Math.round(atSeconds) / 60) || 1)
  return Object.entries(minutes).map(([minute, inMinute = []]) => {
    const fromMs = startedAtMs + (Number(minute) - 1) * 60_000
    const asked = requests.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + 60_000)
    return [
      minute,
      megabytes(Math.max(...inMinute.map(({ residentKb }) => residentKb))),
      megabytes(Math.min(...inMinute.map(({ heapUsedKb }) => heapUsedKb))),
      range(inMinute.map(({ timers }) => timers)),
      range(inMinute.map(({ sockets }) => sockets)),
      String(asked.filter(({ endpoint }) => endpoint === 'token').length),
      String(asked.filter(({ outcome }) => outcome?.fault).length),
    ]
  })
}

function counts(named: Readonly<Record<string, number>>): string {
  const parts = Object.entries(named).map(([name, count]) => `${name} ${count}`)
  return parts.length > 0 ? parts.join(', ') : 'none'
}

function pace(kilobytes: number | null): string {
  return kilobytes === null ? 'too few to tell' : `${kilobytes.toFixed(1)} kB/min`
}

function trendLines({ trend }: SoakReport): string[] {
  if (!trend) return []
  const { timers, sockets } = trend
  const { resident, heap } = trend.slopeKbPerMinute
  return [
    'After the first fifth of the run, in which code is compiled and the heap finds its size:',
    `  resident ${pace(resident.ofAll)}, in the last half of that ${pace(resident.ofLastHalf)}`,
    `  heap ${pace(heap.ofAll)}, by what full collections left ${pace(heap.ofFloors)}`,
    `  timers ${timers.min} to ${timers.max}, sockets ${sockets.min} to ${sockets.max}`,
  ]
}

export function describeSoak(report: SoakReport, run: Pick<SoakRun, 'samples' | 'requests' | 'startedAtMs'>): string {
  const { polls, renewals, people, faults, troubles, residentKb, failures } = report
  return [
    table([SAMPLES_HEAD, ...minuteRows(run)]),
    '',
    `polls ${polls}, renewals ${renewals}, ${counts(people)}`,
    `faults: ${counts(faults)}`,
    `shown: ${counts(troubles)}`,
    `resident ${megabytes(residentKb.first)} MiB at first, ${megabytes(residentKb.last)} MiB at last, ${megabytes(residentKb.most)} MiB at most`,
    ...trendLines(report),
    `polls below the interval ${report.gapsBelowInterval}, fatal lines ${report.fatalLines}, restarts ${report.helperRestarts}, secrets in the log ${report.secretsInOutput}`,
    failures.length === 0 ? 'good' : `NOT GOOD: ${failures.join('; ')}`,
    '',
  ].join('\n')
}
