/** The events of technician access, for log and audit trail. Never writes an answer or a secret, and never lets anybody at the screen flood it. */
import type { TechnicianAct } from '../../contract/technician-access.ts'
import type { RecordedEvent } from '../audit/audit-events.ts'
import type { AuditRecorder } from '../audit/audit-trail.ts'
import type { Log } from '../log.ts'
import { createRequestBudget } from './request-budget.ts'

type RefusedBecause = 'wrong' | 'late' | 'replayed' | 'locked' | 'no-grant'

export type TechnicianLog = {
  issued(challenge: string): void
  granted(challenge: string): void
  refused(because: RefusedBecause, challenge?: string): void
  locked(failedTries: number, forMs: number): void
  acted(action: TechnicianAct['action']): void
  /** Once a grant, however often the overlay asks. */
  looked(): void
  checksRun(): void
  counterDamaged(fault: unknown): void
  /** Once for each fault, however often somebody asks. */
  unavailable(fault: unknown): void
}

/** Tries cost a lock; what is refused without one can be repeated at will. */
const REFUSALS = { atOnce: 6, refillMs: 10_000 }

export function createTechnicianLog(
  log: Pick<Log, 'info' | 'warn' | 'error'>,
  audit: AuditRecorder,
  nowMs: () => number,
): TechnicianLog {
  const refusals = createRequestBudget(REFUSALS)
  let unloggedCount = 0
  let lastFault = ''
  const record = (event: RecordedEvent) => void audit.record(event)

  return {
    issued(challenge) {
      log.info({ event: 'technician.challenge-issued', challenge })
      record({ event: 'technician.challenge-issued', challenge })
    },
    granted(challenge) {
      log.warn({ event: 'technician.granted', challenge })
      record({ event: 'technician.granted', challenge })
    },
    refused(reason, challenge) {
      if (!refusals.spend(nowMs())) {
        unloggedCount += 1
        return
      }
      const further = unloggedCount > 0 ? { unloggedBefore: unloggedCount } : {}
      const unrecordedBefore = unloggedCount
      unloggedCount = 0
      log.warn({ event: 'technician.refused', reason, challenge, ...further })
      record({ event: 'technician.refused', reason, challenge: challenge ?? null, unrecordedBefore })
    },
    locked(failedTries, forMs) {
      const locked = { event: 'technician.locked', failedTries, forSeconds: Math.ceil(forMs / 1000) } as const
      log.warn(locked)
      record(locked)
    },
    acted(action) {
      log.warn({ event: 'technician.acted', action })
      record({ event: 'technician.acted', action })
    },
    looked() {
      log.warn({ event: 'technician.looked' })
      record({ event: 'technician.looked' })
    },
    checksRun() {
      log.warn({ event: 'technician.checks-run' })
      record({ event: 'technician.checks-run' })
    },
    counterDamaged(err) {
      log.error(
        { event: 'technician.counter-damaged', err },
        'the count of wrong technician codes cannot be read: locked for the longest step',
      )
      record({ event: 'technician.counter-damaged' })
    },
    unavailable(fault) {
      const words = fault instanceof Error ? fault.message : 'no technician secret is installed on this device'
      if (words === lastFault) return
      lastFault = words
      log.warn(
        { event: 'technician.unavailable', ...(fault instanceof Error && { err: fault }) },
        `no technician is let in at the screen: ${words}`,
      )
    },
  }
}
