/** Lets a technician at the screen in by challenge and answer. Never judges a try before it is counted on the disk. */
import { KioskError } from '../../contract/kiosk-error.ts'
import type {
  TechnicianAct,
  TechnicianActResult,
  TechnicianChallengeResult,
  TechnicianTry,
  TechnicianTryResult,
  TechnicianUnavailableBecause,
} from '../../contract/technician-access.ts'
import type { AuditRecorder } from '../audit/audit-trail.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import {
  LONGEST_LOCKOUT,
  type Lockout,
  lockedUntil,
  NOTHING_TRIED,
  recordOf,
  resumeLockout,
  stepLockout,
  triesLeft,
} from './lockout.ts'
import { readLockoutFile, writeLockoutFile } from './lockout-file.ts'
import { createRequestBudget } from './request-budget.ts'
import { createChallenge, type TechnicianChallenge } from './technician-challenge.ts'
import { createTechnicianLog } from './technician-log.ts'
import { readTechnicianSecret, type SecretFolders } from './technician-secret.ts'

const GRANT_MS = 10 * 60_000
/** A restart gives back at most what was counted since: the lock grows by so much, and never shrinks. */
const KEEP_EVERY_MS = 10_000
const CHALLENGES = { atOnce: 5, refillMs: 20_000 }

export type TechnicianAccess = {
  /** Looks once whether a technician could be let in, and says in the log why not. */
  start(): Promise<void>
  /** Answers the challenge that is open, if there is one, so that asking again gives no more tries. */
  challenge(): Promise<TechnicianChallengeResult>
  answer(given: TechnicianTry): Promise<TechnicianTryResult>
  act(act: TechnicianAct): Promise<TechnicianActResult>
  /**
   * Whoever stands there wants to see what a technician alone may, or to run checks. Recorded, allowed or not.
   *
   * @throws KioskError `command-not-allowed` without a grant
   */
  allow(what: 'look' | 'run-checks'): void
  /** What would keep a technician out; null for nothing. */
  findFault(): Promise<TechnicianUnavailableBecause | null>
  /** Another page or nobody stands where the technician stood: challenge and grant are over. */
  end(): void
  stop(): Promise<void>
}

type Unavailable = { kind: 'unavailable'; because: TechnicianUnavailableBecause }

/** @param onLeave the kiosk is about to be left: whatever session runs ends first */
export function openTechnicianAccess(options: {
  deviceId: string
  folders: SecretFolders
  clock: Pick<KioskClock, 'nowMs' | 'wait'>
  log: Log
  audit: AuditRecorder
  onLeave: () => void
}): TechnicianAccess {
  const { deviceId, folders, clock, onLeave } = options
  const events = createTechnicianLog(options.log, options.audit, clock.nowMs)
  const challenges = createRequestBudget(CHALLENGES)
  const stopping = new AbortController()
  /** Null until it could be read. */
  let lockout: Lockout | null = null
  let open: TechnicianChallenge | null = null
  /** A further answer to it is a replay. */
  let isSpent = false
  let grantedUntilMs: number | null = null
  let hasLooked = false
  /** Of the one who stands there now: a try under way is nobody's once this has moved on. */
  let visit = 0
  let keeping: Promise<void> | null = null
  let queue: Promise<unknown> = Promise.resolve()

  /** One after the other: two tries at once would be judged by one count. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work)
    queue = result.catch(() => {})
    return result
  }

  function refuseFor(fault: unknown, because: TechnicianUnavailableBecause): Unavailable {
    events.unavailable(fault)
    return { kind: 'unavailable', because }
  }

  /** @throws KioskError `technician-state-unusable` */
  async function write(next: Lockout): Promise<void> {
    await writeLockoutFile(folders.stateFolder, recordOf(next, clock.nowMs()))
    lockout = next
  }

  async function readLockout(): Promise<Lockout> {
    if (lockout) return lockout
    const found = await readLockoutFile(folders.stateFolder)
    if (found.kind === 'damaged') events.counterDamaged(found.fault)
    const record = found.kind === 'record' ? found.record : found.kind === 'absent' ? NOTHING_TRIED : LONGEST_LOCKOUT
    const resumed = resumeLockout(record, clock.nowMs())
    // What cannot be written now could not count a try either.
    await write(resumed)
    keepWhileLocked()
    return resumed
  }

  /** The time that is left, on the disk: no restart shortens it by more than was waited. */
  function keepWhileLocked(): void {
    const leftMs = lockout ? recordOf(lockout, clock.nowMs()).remainingMs : 0
    if (keeping || leftMs === 0 || stopping.signal.aborted) return
    keeping = clock
      .wait(Math.min(KEEP_EVERY_MS, leftMs), stopping.signal)
      // A stop cuts the wait short, and what has passed is kept then.
      .catch(() => {})
      .then(() => inTurn(keep))
      .finally(() => {
        keeping = null
        keepWhileLocked()
      })
  }

  async function keep(): Promise<void> {
    // On a full disk the older, longer lock stays there.
    if (lockout) await write(lockout).catch((fault: unknown) => events.unavailable(fault))
  }

  function end(): void {
    visit += 1
    open = null
    grantedUntilMs = null
  }

  async function issue(): Promise<TechnicianChallengeResult> {
    const current = await readLockout()
    const untilMs = lockedUntil(current, clock.nowMs())
    if (untilMs !== null) return { kind: 'locked', untilMs }
    grantedUntilMs = null
    if (!open || open.expiresAtMs <= clock.nowMs()) {
      const secret = await readTechnicianSecret(folders)
      if (!secret) return refuseFor(null, 'no-secret')
      if (!challenges.spend(clock.nowMs())) return { kind: 'unavailable', because: 'too-many-challenges' }
      open = createChallenge(deviceId, secret, clock.nowMs())
      isSpent = false
      events.issued(open.challenge)
    }
    const { challenge, expiresAtMs } = open
    return { kind: 'challenge', challenge, expiresAtMs, triesLeft: triesLeft(current) }
  }

  async function judge({ answer }: TechnicianTry): Promise<TechnicianTryResult> {
    const before = await readLockout()
    const untilMs = lockedUntil(before, clock.nowMs())
    if (untilMs !== null) {
      events.refused('locked')
      return { kind: 'locked', untilMs }
    }
    const asked = open
    if (!asked || asked.expiresAtMs <= clock.nowMs()) {
      open = null
      events.refused(isSpent ? 'replayed' : 'late', asked?.challenge)
      return { kind: 'expired' }
    }
    const ofVisit = visit
    const counted = stepLockout(before, { kind: 'tried' }, clock.nowMs())
    await write(counted)
    if (!asked.isAnsweredBy(answer)) return refuse(asked, counted)
    open = null
    isSpent = true
    await write(stepLockout(counted, { kind: 'forgiven' }, clock.nowMs()))
    // Whoever left meanwhile gets nothing for it, and nobody else does.
    if (ofVisit !== visit) return { kind: 'expired' }
    grantedUntilMs = clock.nowMs() + GRANT_MS
    hasLooked = false
    events.granted(asked.challenge)
    return { kind: 'granted', untilMs: grantedUntilMs }
  }

  function refuse({ challenge }: TechnicianChallenge, counted: Lockout): TechnicianTryResult {
    events.refused('wrong', challenge)
    const untilMs = lockedUntil(counted, clock.nowMs())
    if (untilMs === null) return { kind: 'wrong', triesLeft: triesLeft(counted) }
    open = null
    events.locked(counted.failedTries, untilMs - clock.nowMs())
    keepWhileLocked()
    return { kind: 'locked', untilMs }
  }

  const holdsGrant = () => grantedUntilMs !== null && clock.nowMs() < grantedUntilMs

  function allow(what: 'look' | 'run-checks'): void {
    if (!holdsGrant()) {
      events.refused('no-grant')
      throw new KioskError('command-not-allowed', 'no technician was let in at the screen')
    }
    if (what === 'run-checks') events.checksRun()
    else if (!hasLooked) events.looked()
    hasLooked = true
  }

  function perform({ action }: TechnicianAct): TechnicianActResult {
    const isGranted = holdsGrant()
    if (isGranted) events.acted(action)
    else if (action !== 'close') events.refused('no-grant')
    // Each of them is the last of its grant, and `close` ends a challenge as well.
    if (isGranted || action === 'close') end()
    if (isGranted && action === 'leave-kiosk') onLeave()
    return { accepted: isGranted }
  }

  /** A fault of the disk or of the secret is an answer, for whoever stands there. */
  async function orUnavailable<T>(work: () => Promise<T>): Promise<T | Unavailable> {
    try {
      return await inTurn(work)
    } catch (fault) {
      if (!(fault instanceof KioskError)) throw fault
      if (fault.code === 'technician-state-unusable') return refuseFor(fault, 'state-unusable')
      if (fault.code === 'technician-secret-unusable') return refuseFor(fault, 'secret-unusable')
      throw fault
    }
  }

  async function lookAtSecret(): Promise<Unavailable | null> {
    await readLockout()
    const secret = await readTechnicianSecret(folders)
    secret?.fill(0)
    return secret ? null : refuseFor(null, 'no-secret')
  }

  return {
    async start() {
      await orUnavailable(lookAtSecret)
    },
    challenge: () => orUnavailable(issue),
    answer: (given) => orUnavailable(() => judge(given)),
    act: (act) => inTurn(async () => perform(act)),
    allow,
    findFault: async () => (await orUnavailable(lookAtSecret))?.because ?? null,
    end,
    async stop() {
      end()
      stopping.abort()
      await keeping
    },
  }
}
