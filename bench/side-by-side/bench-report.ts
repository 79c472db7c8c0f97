/** What a run of the bench came to, as the JSON that it prints. Pure. */
import type { FaultCase } from '../../demo/hostile-provider/fault-catalogue.ts'
import type { Cell, CellResult } from './approval-run.ts'
import { type ClientName, type PerClient, perClient } from './bench-client.ts'
import type { FaultOutcome } from './fault-run.ts'
import type { MachineLoad } from './machine-load.ts'
import type { MemoryMeasure } from './memory-run.ts'
import { addPollCounts } from './poll-gaps.ts'
import type { StartMeasure } from './start-run.ts'
import { mean, round, type Summary, summarize } from './statistics.ts'

/** By round trip or interval, in the units of its name, as JSON keys. */
type ByNumber<T> = Record<string, T>

export type BenchReport = {
  faults: PerClient<{ survived: number; of: number; refused: number; ofForgeries: number }>
  cannotSurvive: { name: string; reason: string }[]
  notSurvived: PerClient<string[]>
  notRefused: PerClient<string[]>
  /** Mean time from approval to token over interval/2 + RTT, by RTT in ms; the larger of the intervals' two. */
  ratioToFloor: PerClient<ByNumber<number>>
  /** The same by interval in seconds, then client, then RTT. */
  ratioToFloorByInterval: ByNumber<PerClient<ByNumber<number>>>
  approveToTokenMs: ByNumber<PerClient<ByNumber<Summary & { failed: number }>>>
  /** By interval in seconds. */
  pollsPerSignIn: PerClient<ByNumber<number>>
  gapsBelowInterval: PerClient<number>
  /** By RTT in ms. */
  startToCode: ByNumber<StartMeasure & { coldRatio: number; warmRatio: number }>
  residentAfter500Polls: PerClient<MemoryMeasure> | null
  machine: MachineLoad
}

export type Measures = {
  faultCases: readonly FaultCase[]
  faults: readonly FaultOutcome[]
  cells: readonly CellResult[]
  starts: readonly (StartMeasure & { roundTripMs: number })[]
  memory: PerClient<MemoryMeasure> | null
  machine: MachineLoad
}

/** RFC 8628 lets a client ask once an interval: half of it passes on average, and an answer takes a round trip. */
export function floorMs({ intervalSeconds, roundTripMs }: Cell): number {
  return (intervalSeconds * 1000) / 2 + roundTripMs
}

/** Groups by a key of the cell and gives each group a value. */
function byNumber<T>(cells: readonly CellResult[], key: keyof Cell, look: (group: CellResult[]) => T): ByNumber<T> {
  const groups = Map.groupBy(cells, (cell) => cell[key])
  return Object.fromEntries([...groups].map(([number, group]) => [String(number), look(group)]))
}

function summaryOf(cell: CellResult, name: ClientName): Summary & { failed: number } {
  const { count, mean, p50, p95 } = summarize(cell.signIns[name].map(({ approveToTokenMs }) => approveToTokenMs))
  return { count, mean: round(mean, 1), p50: round(p50, 1), p95: round(p95, 1), failed: cell.failures[name].length }
}

function ratioOf(cell: CellResult, name: ClientName): number {
  const times = cell.signIns[name].map(({ approveToTokenMs }) => approveToTokenMs)
  return round(mean(times) / floorMs(cell), 4)
}

/** A table of each interval's clients and round trips. */
function byInterval<T>(cells: readonly CellResult[], look: (cell: CellResult, name: ClientName) => T) {
  return byNumber(cells, 'intervalSeconds', (group) =>
    perClient((name) => byNumber(group, 'roundTripMs', ([cell]) => look(cell as CellResult, name))),
  )
}

function faultsOf({ faultCases, faults }: Measures): Pick<BenchReport, 'faults' | 'notSurvived' | 'notRefused'> {
  const outcomes = (name: ClientName, expectation: FaultCase['expectation']) =>
    faults.filter(({ client, faultCase }) => client === name && faultCase.expectation === expectation)
  const failedAt = (expectation: FaultCase['expectation']) =>
    perClient((name) => outcomes(name, expectation).flatMap(({ stood, faultCase }) => (stood ? [] : faultCase.name)))
  const count = (expectation: FaultCase['expectation']) =>
    faultCases.filter((faultCase) => faultCase.expectation === expectation).length
  const stood = (name: ClientName, expectation: FaultCase['expectation']) =>
    outcomes(name, expectation).filter(({ stood }) => stood).length
  return {
    faults: perClient((name) => ({
      survived: stood(name, 'survives'),
      of: count('survives'),
      refused: stood(name, 'refuses'),
      ofForgeries: count('refuses'),
    })),
    notSurvived: failedAt('survives'),
    notRefused: failedAt('refuses'),
  }
}

/** Over everything in which a provider's own interval was in force. */
function gapsOf({ faults, cells, memory }: Measures): PerClient<number> {
  return perClient((name) => {
    const inFaults = faults.filter(({ client }) => client === name).map(({ polls }) => polls)
    const inCells = cells.map(({ polls }) => polls[name])
    return addPollCounts([...inFaults, ...inCells, ...(memory ? [memory[name]] : [])]).gapsBelowInterval
  })
}

export function makeReport(measures: Measures): BenchReport {
  const { faultCases, cells, starts, memory, machine } = measures
  const ratios = (name: ClientName) => (group: CellResult[]) => Math.max(...group.map((cell) => ratioOf(cell, name)))
  const pollsPerSignIn = (name: ClientName) => (group: CellResult[]) =>
    round(mean(group.flatMap(({ signIns }) => signIns[name].map(({ polls }) => polls))), 2)
  return {
    ...faultsOf(measures),
    cannotSurvive: faultCases.flatMap(({ name, expectation, reason = '' }) =>
      expectation === 'cannot survive' ? { name, reason } : [],
    ),
    ratioToFloor: perClient((name) => byNumber(cells, 'roundTripMs', ratios(name))),
    ratioToFloorByInterval: byInterval(cells, ratioOf),
    approveToTokenMs: byInterval(cells, summaryOf),
    pollsPerSignIn: perClient((name) => byNumber(cells, 'intervalSeconds', pollsPerSignIn(name))),
    gapsBelowInterval: gapsOf(measures),
    startToCode: Object.fromEntries(
      starts.map(({ roundTripMs, nodeMs, coldMs, warmMs }) => [
        String(roundTripMs),
        {
          nodeMs: round(nodeMs, 1),
          coldMs: round(coldMs, 1),
          warmMs: round(warmMs, 1),
          coldRatio: round(coldMs / nodeMs, 2),
          warmRatio: round(warmMs / nodeMs, 2),
        },
      ]),
    ),
    residentAfter500Polls: memory,
    machine,
  }
}
