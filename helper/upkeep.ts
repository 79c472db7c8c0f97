/** Says when the helper should start anew: too much memory, or memory that has held a session. Never in the middle of a sign-in. */
import type { SessionState } from '../contract/session-state.ts'

const LOOK_EVERY_MS = 1_000
/** Whoever signed out is on the way; nobody waits for a few milliseconds of the helper. */
const COLLECT_AFTER_MS = 1_000
/** A helper that is too large as soon as it has started would be so again: a limit set too low must not make it spin. */
const LEAST_UPTIME_MS = { 'memory-limit': 60_000, 'memory-held-tokens': 20_000 }
/** Above this many times the limit, growing on would harm more than one sign-in. */
const LAST_RESORT = 2

export type UpkeepFacts = {
  session: SessionState
  /** How long the session has been in this state. */
  inStateMs: number
  /** Since this process began. */
  uptimeMs: number
  residentBytes: number
  memoryLimitBytes: number
  /** Whether tokens have been in this process's memory. */
  hasHeldTokens: boolean
  /** Ended tokens of which the provider has not been told yet. */
  isRevoking: boolean
  /** How long the kiosk rests after a session before its memory is given back; null for never. */
  forgetAfterMs: number | null
  /** Whether a session in progress would live through it. */
  canHandOver: boolean
}

export type UpkeepReason = 'memory-limit' | 'memory-held-tokens'

/** Nobody is in the middle of anything: no code is on the screen that a phone may just have scanned. */
export function isQuiet({ session, canHandOver }: Pick<UpkeepFacts, 'session' | 'canHandOver'>): boolean {
  switch (session.kind) {
    case 'attract':
    case 'trouble':
    case 'unprovisioned':
      return true
    case 'signedIn':
      return canHandOver
    case 'preparing':
      // The old code is dead, and the new one not yet shown.
      return session.replacedBecause === 'expired'
    default:
      return false
  }
}

/** @returns why the helper should start anew now, or null */
export function upkeepDue(facts: UpkeepFacts): UpkeepReason | null {
  const { uptimeMs, residentBytes, memoryLimitBytes } = facts
  const isTooLarge =
    residentBytes > memoryLimitBytes && (isQuiet(facts) || residentBytes > memoryLimitBytes * LAST_RESORT)
  if (isTooLarge && uptimeMs >= LEAST_UPTIME_MS['memory-limit']) return 'memory-limit'
  const { session, inStateMs, hasHeldTokens, isRevoking, forgetAfterMs } = facts
  const isAtRest = session.kind === 'attract' && forgetAfterMs !== null && inStateMs >= forgetAfterMs
  const isDue = hasHeldTokens && isAtRest && !isRevoking
  return isDue && uptimeMs >= LEAST_UPTIME_MS['memory-held-tokens'] ? 'memory-held-tokens' : null
}

export type Upkeep = {
  noteSession(session: SessionState): void
  /** Tokens have come into this process's memory, whatever became of them. */
  noteTokens(): void
}

/**
 * Looks once a second until something is due.
 *
 * @param collectGarbage called at rest after each session: what it left is memory that holds tokens, and would pile up
 * @param onDue called once
 */
export function startUpkeep(options: {
  nowMs: () => number
  memoryLimitBytes: number
  forgetAfterMs: number | null
  canHandOver: boolean
  isRevoking: () => boolean
  collectGarbage: () => void
  onDue: (reason: UpkeepReason, residentBytes: number) => void
}): Upkeep {
  const { nowMs, isRevoking, collectGarbage, onDue, ...given } = options
  let session: SessionState = { kind: 'starting' }
  let sinceMs = nowMs()
  let hasHeldTokens = false
  let isCollected = true

  const looking = setInterval(() => {
    const residentBytes = process.memoryUsage.rss()
    if (!isCollected && session.kind === 'attract' && nowMs() - sinceMs >= COLLECT_AFTER_MS) {
      isCollected = true
      collectGarbage()
    }
    const times = { inStateMs: nowMs() - sinceMs, uptimeMs: performance.now() }
    const reason = upkeepDue({
      ...given,
      ...times,
      session,
      residentBytes,
      hasHeldTokens,
      isRevoking: isRevoking(),
    })
    if (reason === null) return
    clearInterval(looking)
    onDue(reason, residentBytes)
  }, LOOK_EVERY_MS).unref()

  return {
    noteSession(next) {
      if (next.kind !== session.kind) sinceMs = nowMs()
      session = next
    },
    noteTokens() {
      hasHeldTokens = true
      isCollected = false
    },
  }
}
