/** Which kiosks are of a site or tenant by what they report. The broker could say otherwise: nothing of it is signed. */
import { setTimeout as wait } from 'node:timers/promises'
import type { ReportedState } from '../../contract/reported-state.ts'
import { isChosen, type KioskChoice } from '../follow/kiosk-facts.ts'
import type { FleetMessage } from '../follow/read-message.ts'

/** A broker sends what it has kept at once, and says nowhere that this was all. */
const QUIET_MS = 750
const LIMIT_MS = 15_000

export type Chosen = {
  deviceIds: readonly string[]
  /** Kiosks that have reported. */
  of: number
  /** Heard of, but not by a state that can be read: nobody knows what they belong to. */
  unreadable: readonly string[]
  /** False where the broker had not fallen silent in time: there may be more of them. */
  isComplete: boolean
}

export type Reports = {
  take(message: FleetMessage, isRetained: boolean): void
  states(): ReadonlyMap<string, ReportedState>
  unreadable(): ReadonlySet<string>
  /** When the broker last sent something that it had kept. What kiosks say now goes on for ever. */
  lastKeptAtMs(): number
}

export type Waiting = { nowMs(): number; wait(ms: number, signal: AbortSignal): Promise<void> }
const REAL: Waiting = {
  nowMs: () => performance.now(),
  wait: (ms, signal) => wait(ms, undefined, { signal }),
}

export function collectReports({ nowMs } = REAL): Reports {
  const states = new Map<string, ReportedState>()
  const unreadable = new Set<string>()
  let lastKeptAtMs = nowMs()
  return {
    take(message, isRetained) {
      if (isRetained) lastKeptAtMs = nowMs()
      const { deviceId } = message
      if (message.kind === 'reported') {
        states.set(deviceId, message.state)
        unreadable.delete(deviceId)
      } else if (message.kind === 'unreadable' && message.topic === 'reported') {
        states.delete(deviceId)
        unreadable.add(deviceId)
      } else if (!states.has(deviceId)) unreadable.add(deviceId)
    },
    states: () => states,
    unreadable: () => unreadable,
    lastKeptAtMs: () => lastKeptAtMs,
  }
}

export const inOrder = (deviceIds: Iterable<string>): string[] =>
  [...deviceIds].sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))

/** Begins to count when it is called: the broker has been asked by then. */
export async function chooseKiosks(
  reports: Reports,
  choice: KioskChoice,
  signal: AbortSignal,
  clock: Waiting = REAL,
): Promise<Chosen> {
  const beganAtMs = clock.nowMs()
  let isComplete = false
  while (!isComplete && clock.nowMs() - beganAtMs < LIMIT_MS) {
    const quietForMs = clock.nowMs() - Math.max(reports.lastKeptAtMs(), beganAtMs)
    if (quietForMs >= QUIET_MS) isComplete = true
    else await clock.wait(QUIET_MS - quietForMs, signal)
  }
  const chosen = [...reports.states()].filter(([deviceId, reported]) =>
    isChosen({ deviceId, reported, presence: null, timeline: [] }, choice),
  )
  return {
    deviceIds: inOrder(chosen.map(([deviceId]) => deviceId)),
    of: reports.states().size,
    unreadable: inOrder(reports.unreadable()),
    isComplete,
  }
}
