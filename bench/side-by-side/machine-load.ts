/** How busy the machine was while it measured: a slow driver would show as a slow client. */
import { availableParallelism, loadavg } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { round } from './statistics.ts'

const RESOLUTION_MS = 5

export type MachineLoad = {
  cores: number
  /** Over the last minute, at the end. */
  loadavg: number
  /** Of the driver, in which the providers and the slow links run too. */
  driverDelayMs: { mean: number; p99: number }
}

/** @returns reads the load since the call */
export function watchMachineLoad(): () => MachineLoad {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  // The histogram counts the whole time between two ticks of its own timer.
  const delayMs = (nanoseconds: number) => round(Math.max(nanoseconds / 1e6 - RESOLUTION_MS, 0), 2)
  return () => ({
    cores: availableParallelism(),
    loadavg: round(loadavg()[0] ?? 0, 2),
    driverDelayMs: { mean: delayMs(histogram.mean), p99: delayMs(histogram.percentile(99)) },
  })
}
