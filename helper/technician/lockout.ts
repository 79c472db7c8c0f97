/** How wrong technician codes lock the kiosk: five tries, then ever longer waits. Pure; never goes by the wall clock. */
import { z } from 'zod'

const TRIES_AT_FIRST = 5
/** After the fifth wrong answer, and after each further one; the last step stays. */
const LOCK_MINUTES = [1, 5, 15, 60] as const
const LONGEST_LOCK_MS = 60 * 60_000

/** Moments are of the helper's monotonic clock. */
export type Lockout = {
  /** Wrong answers, and tries that nobody lived to judge, since the last right answer. */
  readonly failedTries: number
  readonly lockedUntilMs: number | null
}

export type LockoutEvent =
  /** A try is about to be judged: it counts as failed until it is forgiven, so that nobody gains by pulling the plug. */
  | { kind: 'tried' }
  /** It was right. */
  | { kind: 'forgiven' }

/** What outlives the helper. Time that is left, not a moment: no clock that somebody can set says when it is over. */
export const lockoutRecordSchema = z.strictObject({
  version: z.literal(1),
  failedTries: z.int().nonnegative(),
  remainingMs: z.number().min(0).max(LONGEST_LOCK_MS),
})
export type LockoutRecord = z.infer<typeof lockoutRecordSchema>

export const NOTHING_TRIED: LockoutRecord = { version: 1, failedTries: 0, remainingMs: 0 }

/** For a record that cannot be read: as if every step had been walked. */
export const LONGEST_LOCKOUT: LockoutRecord = {
  version: 1,
  failedTries: TRIES_AT_FIRST + LOCK_MINUTES.length - 1,
  remainingMs: LONGEST_LOCK_MS,
}

/** How long the try with this number locks, if it is wrong; 0 for one that does not. */
function lockMsOf(failedTries: number): number {
  if (failedTries < TRIES_AT_FIRST) return 0
  return (LOCK_MINUTES[failedTries - TRIES_AT_FIRST] ?? 60) * 60_000
}

/** When it may be tried again; null where that is now. */
export function lockedUntil({ lockedUntilMs }: Lockout, nowMs: number): number | null {
  return lockedUntilMs !== null && lockedUntilMs > nowMs ? lockedUntilMs : null
}

/** Before the next lock; after the first one, each wrong answer locks again. */
export function triesLeft({ failedTries }: Lockout): number {
  return Math.max(1, TRIES_AT_FIRST - failedTries)
}

/** A try while it is locked is none: nothing judges it. */
export function stepLockout(lockout: Lockout, event: LockoutEvent, nowMs: number): Lockout {
  if (event.kind === 'forgiven') return { failedTries: 0, lockedUntilMs: null }
  if (lockedUntil(lockout, nowMs) !== null) return lockout
  const failedTries = lockout.failedTries + 1
  const lockMs = lockMsOf(failedTries)
  return { failedTries, lockedUntilMs: lockMs > 0 ? nowMs + lockMs : null }
}

export function recordOf(lockout: Lockout, nowMs: number): LockoutRecord {
  const untilMs = lockedUntil(lockout, nowMs)
  return { version: 1, failedTries: lockout.failedTries, remainingMs: untilMs === null ? 0 : untilMs - nowMs }
}

/** The time that was left counts from now on: while no helper runs, it stands still. */
export function resumeLockout({ failedTries, remainingMs }: LockoutRecord, nowMs: number): Lockout {
  return { failedTries, lockedUntilMs: remainingMs > 0 ? nowMs + remainingMs : null }
}
