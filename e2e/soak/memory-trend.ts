/** Whether a process grows from one sign-in to the next. Pure. */
import { leastSquaresSlope, type Point } from '../../demo/least-squares.ts'
import { BROWSER_INTERFACE } from '../kiosk-family.ts'

/** The beginning is left out: code is compiled, caches fill, heaps take their size. All that levels off. */
const SETTLED_FROM = 0.2
/** A heap saws up and down between collections: what a window's least moment holds is what is really kept. */
const WINDOW_CYCLES = 10
/** Below this a slope is noise. */
const FEWEST_WINDOWS = 5
/** The promise, of each process. */
export const SLOPE_LIMIT_KB = 20

export type Trend = {
  name: string
  firstKb: number
  lastKb: number
  mostKb: number
  /** Of the least of every ten cycles; null where there were too few. */
  slopeKbPerCycle: number | null
}

/** @param kilobytes one number a cycle */
export function readTrend(name: string, kilobytes: readonly number[]): Trend {
  const settled = kilobytes.slice(Math.floor(kilobytes.length * SETTLED_FROM))
  const floors: Point[] = []
  for (let at = 0; at + WINDOW_CYCLES <= settled.length; at += WINDOW_CYCLES) {
    floors.push({ at, value: Math.min(...settled.slice(at, at + WINDOW_CYCLES)) })
  }
  return {
    name,
    firstKb: kilobytes[0] ?? 0,
    lastKb: kilobytes.at(-1) ?? 0,
    mostKb: Math.max(0, ...kilobytes),
    slopeKbPerCycle: floors.length < FEWEST_WINDOWS ? null : leastSquaresSlope(floors),
  }
}

/** Chromium's own interface is no part of the kiosk: it is shown, and not judged. */
export function grows({ name, slopeKbPerCycle }: Trend): boolean {
  return name !== BROWSER_INTERFACE && slopeKbPerCycle !== null && slopeKbPerCycle >= SLOPE_LIMIT_KB
}
