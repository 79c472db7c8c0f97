/** The drills' outcomes as a table for a terminal. Pure. */
import type { DrillOutcome } from './drill.ts'

export type DrillRow = { name: string; seconds: number } & (
  | { kind: 'played'; outcome: DrillOutcome }
  /** The kiosk did not do what it should, or the drill could not be played. */
  | { kind: 'broken'; why: string }
  /** This machine lacks what it needs. */
  | { kind: 'not-played'; why: string }
)

function verdict(row: DrillRow): string {
  if (row.kind === 'broken') return 'BROKEN'
  if (row.kind === 'not-played') return 'not played'
  const { leaks, lost } = row.outcome
  if (leaks.length > 0) return 'LEAK'
  return lost.length > 0 ? 'LOST' : 'ok'
}

function cellsOf(row: DrillRow): string[] {
  const seconds = row.seconds.toFixed(0)
  if (row.kind !== 'played') return [row.name, '', '', verdict(row), seconds, row.kind === 'not-played' ? row.why : '']
  const { times, readable, note } = row.outcome
  return [row.name, `${times}`, readable, verdict(row), seconds, note]
}

const HEAD = ['drill', 'times', 'readable afterwards', 'verdict', 'seconds', 'what the kiosk did']

export function describeDrills(rows: readonly DrillRow[]): string {
  const table = [HEAD, ...rows.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)))
  const lines = table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const faults = rows.flatMap((row) => {
    if (row.kind === 'not-played') return []
    const found = row.kind === 'broken' ? [row.why] : [...row.outcome.leaks, ...row.outcome.lost]
    return found.map((what) => `${row.name}: ${what}`)
  })
  return `${[...lines, ...(faults.length > 0 ? ['', ...faults] : [])].join('\n')}\n`
}

/** The last line: a broken drill proves nothing, so it counts as a leak. */
export function countDrills(rows: readonly DrillRow[]): { drills: number; leaks: number; lost: number } {
  const counts = { drills: 0, leaks: 0, lost: 0 }
  for (const row of rows) {
    if (row.kind === 'not-played') continue
    counts.drills += row.kind === 'played' ? row.outcome.times : 1
    counts.leaks += row.kind === 'played' ? row.outcome.leaks.length : 1
    counts.lost += row.kind === 'played' ? row.outcome.lost.length : 0
  }
  return counts
}
