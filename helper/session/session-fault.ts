/** What a state of the session says of a fault. Pure. Never more than codes. */
import type { KioskErrorCode } from '../../contract/kiosk-error.ts'
import type { SessionState } from '../../contract/session-state.ts'

/** Fields for the log; none where all is well. */
export function sessionFault(session: SessionState): {
  code?: KioskErrorCode | undefined
  providerError?: string | null
} {
  switch (session.kind) {
    case 'trouble':
      return { code: session.code, providerError: session.providerError }
    case 'unprovisioned':
      return { code: session.problems[0]?.code }
    case 'awaitingApproval':
      return session.pollTrouble ? { code: session.pollTrouble } : {}
    default:
      return {}
  }
}
