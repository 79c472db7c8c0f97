import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../demo/seeded-random.ts'
import { drawFleet, type KioskStart } from './fleet-mix.ts'
import type { Scenario } from './outage-world.ts'
import { EXPONENTIAL_WITHOUT_JITTER, FIXED_INTERVAL, OURS } from './retry-habits.ts'
import { simulateOutage, TEN_MINUTES } from './simulate-outage.ts'

const NO_REQUESTS = { codeRequests: 0, polls: 0, refreshes: 0, attestations: 0, reconnects: 0 }
/** Twenty seconds, begun after ten. */
const SHORT = { startMs: 10_000, endMs: 30_000, watchedUntilMs: 100_000 }

function play(fleet: readonly KioskStart[], scenario: Partial<Scenario> = {}) {
  const random = scenario.random ?? seededRandom(7)
  return simulateOutage(fleet, { habits: OURS, outage: TEN_MINUTES, namesTheEnd: false, ...scenario, random })
}

/** One way takes 40 ms each time, so that every moment below can be worked out by hand. */
const byHand = { habits: FIXED_INTERVAL, outage: SHORT, random: () => 0.5 }

describe('an outage', () => {
  it('costs a kiosk with nothing due its connection to the broker', () => {
    // Lost at 10.04 s; asked again, every 5 s and a round trip, at 15.08, 20.16, 25.24 and 30.32 s.
    const report = play([{ kind: 'signedIn', refreshAtMs: 90_000, attestAtMs: 95_000 }], byHand)
    expect(report.requests.duringOutage).toEqual({ ...NO_REQUESTS, reconnects: 3 })
    expect(report.recoveryWork).toBe(1)
    expect(report.secondsToRecoverLast).toBeCloseTo(0.36)
    expect(report.requests.afterOutage).toEqual({ ...NO_REQUESTS, reconnects: 1, refreshes: 1, attestations: 1 })
  })

  it('leaves what fell due in it to be asked for again', () => {
    // Due at 28 and 29 s: each fails once, and again 5.08 s later it succeeds.
    const report = play([{ kind: 'signedIn', refreshAtMs: 28_000, attestAtMs: 29_000 }], byHand)
    expect(report.requests.duringOutage).toEqual({ ...NO_REQUESTS, reconnects: 3, refreshes: 1, attestations: 1 })
    expect(report.recoveryWork).toBe(3)
    expect(report.secondsToRecoverLast).toBeCloseTo(4.16)
  })

  it('needs one poll where the code lives, and counts no later one', () => {
    // Polls arrive at 5.04 s and every 5.08 s after it: four in the outage, the first good one at 30.44 s.
    const report = play([{ kind: 'showsCode', codeExpiresAtMs: 900_000, pollingSinceMs: 0 }], byHand)
    expect(report.requests.duringOutage).toEqual({ ...NO_REQUESTS, reconnects: 3, polls: 4 })
    expect(report.recoveryWork).toBe(2)
    expect(report.requests.afterOutage).toEqual({ ...NO_REQUESTS, reconnects: 1, polls: 14 })
  })

  it('needs an attestation and then a code where the code died', () => {
    // The code dies at 22 s: attestations arrive at 22.04, 27.12 and 32.2 s, and the code request at 32.28 s.
    const report = play([{ kind: 'showsCode', codeExpiresAtMs: 22_000, pollingSinceMs: 0 }], byHand)
    expect(report.requests.duringOutage).toEqual({ ...NO_REQUESTS, reconnects: 3, polls: 3, attestations: 2 })
    expect(report.recoveryWork).toBe(3)
    expect(report.requests.afterOutage).toMatchObject({ reconnects: 1, attestations: 1, codeRequests: 1 })
    expect(report.secondsToRecoverLast).toBeCloseTo(2.32)
  })
})

describe('a fleet', () => {
  it('repeats itself for the same seed and for no other', () => {
    const [once, again, other] = [1, 1, 2].map((seed) =>
      play(drawFleet(300, seededRandom(seed)), { random: seededRandom(seed) }),
    )
    expect(again).toEqual(once)
    expect(other?.requests).not.toEqual(once?.requests)
  })

  it('asks far less often through the outage than one that asks every 5 s', () => {
    const fleet = drawFleet(300, seededRandom(3))
    const [ours, fixed] = [OURS, FIXED_INTERVAL].map((habits) => play(fleet, { habits }).requests.duringOutage)
    for (const kind of ['polls', 'refreshes', 'attestations', 'reconnects'] as const) {
      expect(ours?.[kind]).toBeLessThan((fixed?.[kind] ?? 0) / 5)
    }
  })

  it('doubles its waits up to a minute where it does so without jitter', () => {
    const fleet = drawFleet(300, seededRandom(3))
    // After 5, 15, 35 and 75 s, then every 60 s: 135, 195 … 555 s.
    const { duringOutage } = play(fleet, { habits: EXPONENTIAL_WITHOUT_JITTER }).requests
    expect(duringOutage.reconnects).toBe(300 * 12)
  })

  it('comes back all at once without jitter', () => {
    const fleet = drawFleet(2_000, seededRandom(4))
    for (const habits of [FIXED_INTERVAL, EXPONENTIAL_WITHOUT_JITTER]) {
      expect(play(fleet, { habits }).ratioToIdeal).toBeGreaterThan(20)
    }
  })

  it('comes back as the product’s code has it, with at most one and a half times an even minute’s load', () => {
    const report = play(drawFleet(20_000, seededRandom(5)))
    expect(report.secondsToRecoverLast).toBeLessThan(65)
    expect(report.ratioToIdeal).toBeLessThanOrEqual(1.5)
  })

  it('waits for the moment that the provider names', () => {
    const fleet = drawFleet(300, seededRandom(6))
    const told = play(fleet, { namesTheEnd: true }).requests.duringOutage
    const untold = play(fleet).requests.duringOutage
    expect(told.refreshes).toBeLessThan(untold.refreshes / 5)
    // The broker names none.
    expect(told.reconnects).toBeGreaterThan(untold.reconnects * 0.9)
  })
})
