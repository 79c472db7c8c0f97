/** The audit events of technician access. Never writes an answer or a secret, and never lets anybody at the screen flood it. */
import type { TechnicianAct } from '../../contract/technician-access.ts'
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

export function createTechnicianLog(log: Pick<Log, 'info' | 'warn' | 'error'>, nowMs: () => number): TechnicianLog {
  const refusals = createRequestBudget(REFUSALS)
  let unloggedCount = 0
  let lastFault = ''

  return {
    issued: (challenge) => log.info({ event: 'technician.challenge-issued', challenge }),
    granted: (challenge) => log.warn({ event: 'technician.granted', challenge }),
    refused(reason, challenge) {
      if (!refusals.spend(nowMs())) {
        unloggedCount += 1
        return
      }
      const further = unloggedCount > 0 ? { unloggedBefore: unloggedCount } : {}
      unloggedCount = 0
      log.warn({ event: 'technician.refused', reason, challenge, ...further })
    },
    locked: (failedTries, forMs) =>
      log.warn({ event: 'technician.locked', failedTries, forSeconds: Math.ceil(forMs / 1000) }),
    acted: (action) => log.warn({ event: 'technician.acted', action }),
    looked: () => log.warn({ event: 'technician.looked' }),
    checksRun: () => log.warn({ event: 'technician.checks-run' }),
    counterDamaged: (err) =>
      log.error(
        { event: 'technician.counter-damaged', err },
        'the count of wrong technician codes cannot be read: locked for the longest step',
      ),
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
