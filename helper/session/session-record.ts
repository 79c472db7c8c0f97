/** What the audit trail is told of a session: whose it is, its renewals, its end. Knows a person's key, never holds a token. */
import { KioskError, type KioskErrorCode } from '../../contract/kiosk-error.ts'
import type { EndReason } from '../../contract/session-state.ts'
import type { AuditRecorder } from '../audit/audit-trail.ts'
import { type RequestTrace, startTrace } from '../oauth/request-trace.ts'

export type SessionRecord = {
  /** Tokens of theirs are in the vault from here on. */
  begin(generation: number, user: string): void
  userOf(generation: number): string | null
  /** Resolves once the end is on record, or cannot be; says nothing of a session that is over already. */
  end(generation: number, reason: EndReason | 'sign-in-restarted' | 'not-resumed'): Promise<void>
  /** The same of whichever session there is. */
  endAny(reason: EndReason): Promise<void>
  /** No session ever was: its tokens came too late. */
  drop(): void
  /** For the renewals of one session, each under an id by which the provider's log names it. */
  renewals(generation: number): {
    next(): RequestTrace
    noteStored(): void
    noteFailed(code: KioskErrorCode, providerError: string | null): void
  }
  noteWipeFailed(what: 'vault' | 'device-key', error: unknown): void
}

export function createSessionRecord(audit: AuditRecorder): SessionRecord {
  let whose: { generation: number; user: string } | null = null

  function userOf(generation: number): string | null {
    return whose?.generation === generation ? whose.user : null
  }

  const end: SessionRecord['end'] = async (generation, reason) => {
    if (whose?.generation !== generation) return
    const ended = whose
    whose = null
    await audit.record({ event: 'session.ended', ...ended, reason })
  }

  return {
    begin(generation, user) {
      whose = { generation, user }
    },
    userOf,
    end,
    async endAny(reason) {
      if (whose) await end(whose.generation, reason)
    },
    drop() {
      whose = null
    },
    renewals(generation) {
      let trace = startTrace()
      const told = () => ({ generation, user: userOf(generation), ...trace.ids() })
      return {
        next() {
          trace = startTrace()
          return trace
        },
        noteStored: () => void audit.record({ event: 'token.refreshed', ...told() }),
        noteFailed: (code, providerError) =>
          void audit.record({ event: 'token.refresh-failed', ...told(), code, providerError }),
      }
    },
    noteWipeFailed(what, error) {
      const code = error instanceof KioskError ? error.code : 'unexpected'
      void audit.record({ event: 'wipe.failed', what, code })
    },
  }
}
