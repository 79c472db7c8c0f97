import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  continueSchedule,
  DEFAULT_INTERVAL_SECONDS,
  mayPoll,
  type PollOutcome,
  startSchedule,
} from './poll-schedule.ts'

const half = () => 0.5
const CODE = { intervalSeconds: 5, expiresAtMs: 900_000 }

describe('the poll schedule', () => {
  it('waits one interval before the first poll', () => {
    const { nextPollAtMs } = startSchedule(CODE, 1_000, half)
    expect(nextPollAtMs).toBeGreaterThanOrEqual(6_000)
    expect(nextPollAtMs).toBeLessThan(6_050)
  })

  it('waits five seconds where the provider names no interval', () => {
    const schedule = startSchedule({ ...CODE, intervalSeconds: null }, 0, half)
    expect(schedule.intervalMs).toBe(DEFAULT_INTERVAL_SECONDS * 1000)
  })

  it('waits five seconds longer after each slow_down, for good', () => {
    let schedule = startSchedule(CODE, 0, half)
    schedule = continueSchedule(schedule, { kind: 'slowDown', intervalSeconds: null }, 5_000, half)
    expect(schedule.intervalMs).toBe(10_000)
    schedule = continueSchedule(schedule, { kind: 'slowDown', intervalSeconds: null }, 15_000, half)
    expect(schedule.intervalMs).toBe(15_000)
    schedule = continueSchedule(schedule, { kind: 'pending' }, 30_000, half)
    expect(schedule.nextPollAtMs).toBeGreaterThanOrEqual(45_000)
  })

  it('takes a longer interval that slow_down names', () => {
    const slowed = continueSchedule(
      startSchedule(CODE, 0, half),
      { kind: 'slowDown', intervalSeconds: 30 },
      5_000,
      half,
    )
    expect(slowed.intervalMs).toBe(30_000)
  })

  it('doubles its ceiling with each transient fault up to a minute, and forgets it after a good answer', () => {
    let schedule = startSchedule(CODE, 0, half)
    const ceilings = [1, 2, 3, 4, 5].map((turn) => {
      schedule = continueSchedule(schedule, { kind: 'transient', retryAfterMs: null }, turn * 60_000, half)
      return schedule.ceilingMs
    })
    expect(ceilings).toEqual([10_000, 20_000, 40_000, 60_000, 60_000])
    expect(continueSchedule(schedule, { kind: 'pending' }, 400_000, half).ceilingMs).toBe(5_000)
  })

  it('waits as long as the server wishes', () => {
    const schedule = startSchedule(CODE, 0, half)
    const { nextPollAtMs } = continueSchedule(schedule, { kind: 'transient', retryAfterMs: 42_000 }, 10_000, half)
    expect(nextPollAtMs).toBeGreaterThanOrEqual(52_000)
  })

  const outcome = fc.oneof(
    fc.constant<PollOutcome>({ kind: 'pending' }),
    fc.record({
      kind: fc.constant('slowDown' as const),
      intervalSeconds: fc.option(fc.integer({ min: 1, max: 40 })),
    }),
    fc.record({
      kind: fc.constant('transient' as const),
      retryAfterMs: fc.option(fc.integer({ min: 0, max: 90_000 })),
    }),
  )
  const outcomes = fc.array(
    fc.record({
      roundTripMs: fc.integer({ min: 0, max: 12_000 }),
      outcome,
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    }),
    { maxLength: 60 },
  )
  const codes = fc.record({
    intervalSeconds: fc.option(fc.integer({ min: 1, max: 30 })),
    expiresAtMs: fc.integer({ min: 20_000, max: 1_800_000 }),
  })

  it('never shortens the interval, and lowers its ceiling only for a good answer or a slower pace', () => {
    fc.assert(
      fc.property(codes, outcomes, (code, answers) => {
        let schedule = startSchedule(code, 0, () => 0)
        for (const { outcome, random, roundTripMs } of answers) {
          const before = schedule
          if (before.nextPollAtMs === null) break
          schedule = continueSchedule(before, outcome, before.nextPollAtMs + roundTripMs, () => random)
          const slowed = outcome.kind === 'slowDown' ? 5_000 : 0
          expect(schedule.intervalMs).toBeGreaterThanOrEqual(before.intervalMs + slowed)
          if (outcome.kind === 'transient') expect(schedule.ceilingMs).toBeGreaterThanOrEqual(before.ceilingMs)
          else expect(schedule.ceilingMs).toBe(schedule.intervalMs)
        }
      }),
      { numRuns: 10_000 },
    )
  })

  /** Often none at all: only the fastest network shows a gap that is too short by a little. */
  const oneWayMs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 6_000 }))
  /** Everything a network and a kiosk's timers may do to one poll. */
  const polls = fc.array(
    fc.record({
      /** The kiosk's timer fires late, as after a suspend. */
      lateMs: fc.oneof(
        { weight: 6, arbitrary: fc.constant(0) },
        { weight: 3, arbitrary: fc.integer({ min: 0, max: 50 }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 600_000 }) },
      ),
      requestMs: oneWayMs,
      answerMs: oneWayMs,
      outcome,
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    }),
    { maxLength: 60 },
  )

  it('never lets the server see a gap below the interval, never polls after expiry, and polls just before it', () => {
    fc.assert(
      fc.property(codes, polls, (code, steps) => {
        let schedule = startSchedule(code, 0, () => 0)
        let nowMs = 0
        let seenByServerMs = Number.NEGATIVE_INFINITY
        let isSuspended = false
        for (const { lateMs, requestMs, answerMs, outcome, random } of steps) {
          if (schedule.nextPollAtMs === null) break
          expect(schedule.nextPollAtMs).toBeLessThan(code.expiresAtMs)
          nowMs = schedule.nextPollAtMs + lateMs
          isSuspended = nowMs >= code.expiresAtMs
          if (!mayPoll(schedule, nowMs)) break
          expect(nowMs).toBeLessThan(code.expiresAtMs)
          expect(nowMs + requestMs - seenByServerMs).toBeGreaterThanOrEqual(schedule.intervalMs)
          seenByServerMs = nowMs + requestMs
          nowMs = seenByServerMs + answerMs
          schedule = continueSchedule(schedule, outcome, nowMs, () => random)
        }
        // Given up only when no further poll would fit before the end.
        const mostMarginMs = 1 + schedule.intervalMs * 0.0022
        if (schedule.nextPollAtMs === null && !isSuspended) {
          expect(nowMs + schedule.intervalMs + mostMarginMs).toBeGreaterThanOrEqual(code.expiresAtMs - 1_500)
        }
      }),
      { numRuns: 10_000 },
    )
  })

  it('cannot tell an outage from a short one: as long as the code lives there is a next poll', () => {
    fc.assert(
      fc.property(
        codes,
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (...given) => {
          const [code, faults, random] = given
          let schedule = startSchedule(code, 0, () => random)
          for (let fault = 0; fault < faults; fault++) {
            const nowMs = schedule.nextPollAtMs
            if (nowMs === null) break
            schedule = continueSchedule(schedule, { kind: 'transient', retryAfterMs: null }, nowMs, () => random)
            const isOver = nowMs + schedule.intervalMs * 1.0022 + 1 >= code.expiresAtMs - 1_500
            if (!isOver) expect(schedule.nextPollAtMs).not.toBeNull()
          }
        },
      ),
      { numRuns: 10_000 },
    )
  })
})
