/** The shell's soak as a table for a terminal. Pure. */
import type { MemorySample } from './memory-sample.ts'
import { grows, readTrend, SLOPE_LIMIT_KB, type Trend } from './memory-trend.ts'

export function readTrends(samples: readonly MemorySample[]): Trend[] {
  const names = new Set(samples.flatMap((sample) => [...sample.keys()]))
  return [...names].map((name) =>
    readTrend(
      name,
      samples.map((sample) => sample.get(name) ?? 0),
    ),
  )
}

const mebibytes = (kilobytes: number) => (kilobytes / 1024).toFixed(1)
const slope = ({ slopeKbPerCycle }: Trend) => (slopeKbPerCycle === null ? '-' : slopeKbPerCycle.toFixed(1))

/** Own memory by process; the last line sums up. */
export function describeSoak(samples: readonly MemorySample[]): string {
  const trends = readTrends(samples)
  const head = ['process', 'first MiB', 'last MiB', 'most MiB', 'kB a cycle']
  const rows = trends.map((trend) => [
    trend.name,
    ...[trend.firstKb, trend.lastKb, trend.mostKb].map(mebibytes),
    `${slope(trend)}${grows(trend) ? '  GROWS' : ''}`,
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => cells[column]?.length ?? 0)))
  const lines = [head, ...rows].map((cells) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
  )
  const growing = trends.filter(grows).map(({ name }) => name)
  const verdict = growing.length === 0 ? `none grows by ${SLOPE_LIMIT_KB} kB a cycle` : `${growing.join(', ')} grows`
  return [...lines.map((cells) => cells.join('  ').trimEnd()), `${samples.length} cycles, ${verdict}`].join('\n')
}
