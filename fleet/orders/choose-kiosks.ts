/** Which kiosks an order goes to: those that are named, or all of a site or tenant by what they report. */
import { setTimeout as wait } from 'node:timers/promises'
import type { ReportedState } from '../../contract/reported-state.ts'
import { isChosen, type KioskChoice } from '../follow/kiosk-facts.ts'

/** A broker sends what it has retained at once, and says nowhere that this was all. */
const QUIET_MS = 750
const LIMIT_MS = 15_000

/** What kiosks have reported so far. */
export type Reports = { readonly states: ReadonlyMap<string, ReportedState>; lastAtMs(): number }

/** @returns sorted ids; none where no kiosk has reported such a site or tenant */
export async function chooseKiosks(reports: Reports, choice: KioskChoice, signal: AbortSignal): Promise<string[]> {
  const endsAtMs = performance.now() + LIMIT_MS
  for (;;) {
    const quietForMs = performance.now() - reports.lastAtMs()
    if (quietForMs >= QUIET_MS || performance.now() > endsAtMs) break
    await wait(QUIET_MS - quietForMs, undefined, { signal })
  }
  return [...reports.states]
    .filter(([deviceId, reported]) => isChosen({ deviceId, reported, presence: null, timeline: [] }, choice))
    .map(([deviceId]) => deviceId)
    .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }))
}
