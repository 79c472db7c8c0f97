/** Reads from samples whether a process grows. Pure. */
import { leastSquaresSlope, type Point } from '../../demo/least-squares.ts'

/** One look at the running helper, sizes in kB of 1,024 bytes. */
export type SoakSample = {
  atSeconds: number
  processId: number
  residentKb: number
  heapUsedKb: number
  timers: number
  sockets: number
}

export type SoakTrend = {
  /** By least squares, the first fifth of the run left out. */
  slopeKbPerMinute: {
    /** A process that levels off is flatter in its last half. */
    resident: { ofAll: number; ofLastHalf: number }
    /** `ofFloors`: over what each full collection left; null where there were too few of them. */
    heap: { ofAll: number; ofFloors: number | null }
  }
  timers: { min: number; max: number }
  sockets: { min: number; max: number }
  /** The most timers in the second and in the last fifth of the run. */
  timersInFifths: { second: number; last: number }
}

/**
 * The beginning is left out: code is still being compiled, the engine sizes its heap by what it meets, connections and
 * documents are being gathered. All that levels off, and would pass for growth.
 */
const SETTLED_FROM = 0.2
/** A heap that lost so much from one sample to the next was collected in full; the small collections move less. */
const COLLECTED_KB = 1024
const FEWEST_FLOORS = 3

/**
 * The samples right after a full collection. Between two of them, minutes apart, a heap grows by garbage alone; only what a
 * collection leaves is what the process really holds.
 */
export function collectionFloors(points: readonly Point[]): Point[] {
  return points.filter((point, index) => {
    const before = points[index - 1]
    return before !== undefined && before.value - point.value > COLLECTED_KB
  })
}

function rangeOf(values: readonly number[]): { min: number; max: number } {
  return { min: Math.min(...values), max: Math.max(...values) }
}

/** @param samples in the order of time, evenly apart; at least five of them */
export function readTrend(samples: readonly SoakSample[]): SoakTrend {
  const settled = samples.slice(Math.floor(samples.length * SETTLED_FROM))
  const pointsOf = (readKb: (sample: SoakSample) => number) =>
    settled.map((sample): Point => ({ at: sample.atSeconds / 60, value: readKb(sample) }))
  const resident = pointsOf(({ residentKb }) => residentKb)
  const heap = pointsOf(({ heapUsedKb }) => heapUsedKb)
  const floors = collectionFloors(heap)
  const mostTimers = (from: number, to: number) => {
    const part = samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to))
    return Math.max(...part.map(({ timers }) => timers))
  }
  return {
    slopeKbPerMinute: {
      resident: {
        ofAll: leastSquaresSlope(resident),
        ofLastHalf: leastSquaresSlope(resident.slice(Math.floor(resident.length / 2))),
      },
      heap: {
        ofAll: leastSquaresSlope(heap),
        ofFloors: floors.length < FEWEST_FLOORS ? null : leastSquaresSlope(floors),
      },
    },
    timers: rangeOf(settled.map(({ timers }) => timers)),
    sockets: rangeOf(settled.map(({ sockets }) => sockets)),
    timersInFifths: { second: mostTimers(0.2, 0.4), last: mostTimers(0.8, 1) },
  }
}
