/** Plays all habits over fleets of every size. The same seed gives the same fleets and the same numbers. */

import { seededRandom } from '../../demo/seeded-random.ts'
import { drawFleet } from './fleet-mix.ts'
import type { RecoveryReport } from './recovery-meter.ts'
import { EXPONENTIAL_WITHOUT_JITTER, FIXED_INTERVAL, OURS } from './retry-habits.ts'
import { simulateOutage, TEN_MINUTES } from './simulate-outage.ts'

const HABITS = { ours: OURS, fixedInterval: FIXED_INTERVAL, exponentialWithoutJitter: EXPONENTIAL_WITHOUT_JITTER }
export type HabitName = keyof typeof HABITS
export const HABIT_NAMES = Object.keys(HABITS) as HabitName[]

export type FleetRun = {
  kiosks: number
  reports: Record<HabitName, RecoveryReport>
  /** Ours, where the provider names the outage's end to everybody. */
  oursAfterNamedEnd: RecoveryReport
}

/** At this size and below this multiple of the ideal peak, or the requirement is missed. */
export const REQUIREMENT = { kiosks: 100_000, mostRatioToIdeal: 1.5 }

export function runFleet(kiosks: number, seed: number): FleetRun {
  const fleet = drawFleet(kiosks, seededRandom(seed))
  const play = (name: HabitName, namesTheEnd: boolean) => {
    const random = seededRandom(seed + 1)
    return simulateOutage(fleet, { habits: HABITS[name], outage: TEN_MINUTES, namesTheEnd, random })
  }
  return {
    kiosks,
    reports: {
      ours: play('ours', false),
      fixedInterval: play('fixedInterval', false),
      exponentialWithoutJitter: play('exponentialWithoutJitter', false),
    },
    oursAfterNamedEnd: play('ours', true),
  }
}

/** @returns null where the fleet of that size was not played */
export function meetsRequirement(runs: readonly FleetRun[]): boolean | null {
  const run = runs.find(({ kiosks }) => kiosks === REQUIREMENT.kiosks)
  return run ? run.reports.ours.ratioToIdeal <= REQUIREMENT.mostRatioToIdeal : null
}
