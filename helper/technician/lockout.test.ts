import { describe, expect, it } from 'vitest'
import {
  LONGEST_LOCKOUT,
  type Lockout,
  lockedUntil,
  lockoutRecordSchema,
  NOTHING_TRIED,
  recordOf,
  resumeLockout,
  stepLockout,
  triesLeft,
} from './lockout.ts'

const MINUTE_MS = 60_000

/** Tries as soon as it may be tried again. @returns how long each wrong answer locked, in minutes */
function lockMinutesOf(tries: number, from: Lockout = resumeLockout(NOTHING_TRIED, 0)): number[] {
  const locks: number[] = []
  let lockout = from
  let nowMs = 1_000
  for (let count = 0; count < tries; count += 1) {
    lockout = stepLockout(lockout, { kind: 'tried' }, nowMs)
    const untilMs = lockedUntil(lockout, nowMs) ?? nowMs
    locks.push((untilMs - nowMs) / MINUTE_MS)
    nowMs = untilMs
  }
  return locks
}

describe('the lockout', () => {
  it('begins with the fifth wrong answer and grows with each further one', () => {
    expect(lockMinutesOf(11)).toEqual([0, 0, 0, 0, 1, 5, 15, 60, 60, 60, 60])
  })

  it('lets a patient guesser try some thirty times a day', () => {
    const days = 365
    const tries = 8 + days * 24
    const lockedHours = lockMinutesOf(tries).reduce((sum, minutes) => sum + minutes, 0) / 60
    expect(lockedHours).toBeGreaterThan(days * 24)
    // Of ten digits, in a year.
    expect(tries / 1e10).toBeLessThan(1e-6)
  })

  it.each([
    [0, 5],
    [1, 4],
    [4, 1],
    [5, 1],
    [9, 1],
  ])('after %i wrong answers leaves %i before the next lock', (failedTries, left) => {
    expect(triesLeft({ failedTries, lockedUntilMs: null })).toBe(left)
  })

  it('forgives everything for a right answer', () => {
    const forgiven = stepLockout({ failedTries: 7, lockedUntilMs: 500 }, { kind: 'forgiven' }, 0)
    expect(lockMinutesOf(5, forgiven)).toEqual([0, 0, 0, 0, 1])
  })

  it('takes no try while it lasts', () => {
    const locked: Lockout = { failedTries: 5, lockedUntilMs: 60_000 }
    expect(stepLockout(locked, { kind: 'tried' }, 59_999)).toBe(locked)
    expect(stepLockout(locked, { kind: 'tried' }, 60_000)).toEqual({ failedTries: 6, lockedUntilMs: 360_000 })
  })

  it.each([
    ['a clock that starts at zero', 0],
    ['a clock that is years ahead', 1e12],
  ])('goes on with the time that was left, by %s', (_what, nowMs) => {
    const record = recordOf({ failedTries: 5, lockedUntilMs: 100_000 }, 40_000)
    expect(record).toEqual({ version: 1, failedTries: 5, remainingMs: 60_000 })
    expect(lockedUntil(resumeLockout(record, nowMs), nowMs)).toBe(nowMs + 60_000)
  })

  it('is not there any more once its time was over', () => {
    const record = recordOf({ failedTries: 5, lockedUntilMs: 100_000 }, 100_000)
    expect(resumeLockout(record, 7)).toEqual({ failedTries: 5, lockedUntilMs: null })
  })

  it('stays at the longest step where nobody knows the count', () => {
    expect(lockedUntil(resumeLockout(LONGEST_LOCKOUT, 0), 0)).toBe(60 * MINUTE_MS)
    expect(lockMinutesOf(2, resumeLockout({ ...LONGEST_LOCKOUT, remainingMs: 0 }, 0))).toEqual([60, 60])
  })

  it.each([
    ['no count', { version: 1, remainingMs: 0 }],
    ['a count below zero', { version: 1, failedTries: -1, remainingMs: 0 }],
    ['less than no time', { version: 1, failedTries: 5, remainingMs: -1 }],
    ['more time than any lock', { version: 1, failedTries: 5, remainingMs: 3_600_001 }],
    ['another version', { version: 2, failedTries: 5, remainingMs: 0 }],
    ['more than it should say', { version: 1, failedTries: 5, remainingMs: 0, until: 1 }],
  ])('is not read from a record with %s', (_what, record) => {
    expect(lockoutRecordSchema.safeParse(record).success).toBe(false)
  })
})
