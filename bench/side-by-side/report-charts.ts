/** The report as SVG charts for docs/. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { groupedBarChart } from '../chart/bar-chart.ts'
import { CLIENT_NAMES } from './bench-client.ts'
import type { BenchReport } from './bench-report.ts'

function approvalChart({ ratioToFloorByInterval }: BenchReport, interval: string): string {
  const clients = ratioToFloorByInterval[interval]
  const roundTrips = Object.keys(clients?.ours ?? {})
  return groupedBarChart({
    title: `From approval to token, polled every ${interval} s`,
    description: `Mean time over the least that RFC 8628 allows, half an interval and a round trip, at round trips of ${roundTrips.join(', ')} ms.`,
    yLabel: 'mean time / floor',
    groups: roundTrips.map((roundTrip) => `RTT ${roundTrip} ms`),
    series: CLIENT_NAMES.map((name) => ({
      name,
      values: roundTrips.map((roundTrip) => clients?.[name][roundTrip] ?? null),
    })),
    referenceLine: { y: 1, label: 'floor' },
  })
}

function faultChart({ faults }: BenchReport): string {
  const { of, ofForgeries } = faults.ours
  return groupedBarChart({
    title: 'Faults survived and forgeries refused',
    description: `Sign-ins that came to a token in spite of each of ${of} faults, and forged ID tokens of ${ofForgeries} that were refused.`,
    yLabel: 'cases',
    groups: [`faults survived (of ${of})`, `forgeries refused (of ${ofForgeries})`],
    series: CLIENT_NAMES.map((name) => ({ name, values: [faults[name].survived, faults[name].refused] })),
  })
}

/** @returns the paths of the charts */
export async function writeCharts(report: BenchReport, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const charts: [string, string][] = [
    ['bench-faults.svg', faultChart(report)],
    ...Object.keys(report.ratioToFloorByInterval).map((interval): [string, string] => [
      `bench-approve-to-token-${interval}s.svg`,
      approvalChart(report, interval),
    ]),
  ]
  for (const [name, svg] of charts) await writeFile(join(folder, name), svg)
  return charts.map(([name]) => join(folder, name))
}
