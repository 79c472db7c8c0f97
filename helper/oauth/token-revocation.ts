/** Tells the provider that tokens are over, RFC 7009. Bounded, tried again, always on record; nobody waits for it. */

import type { AuditRecorder } from '../audit/audit-trail.ts'
import { backOff, patientDelayMs, RETRY_LIMITS } from '../backoff.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { readProviderFailure } from './provider-error.ts'
import { startTrace } from './request-trace.ts'
import type { SessionTokens } from './session-tokens.ts'

const ATTEMPTS = 4
/** Tokens that are over are not held in memory for longer, whatever the server wishes. */
const LONGEST_WISH_MS = 120_000

/**
 * Revokes the refresh token, or without one the access token.
 *
 * @param signal ends the attempts early, as when the helper stops
 * @returns what became of it: Entra ID and others advertise no endpoint, and the tokens live on there until they expire
 */
export async function revokeTokens(options: {
  provider: Pick<IdentityProvider, 'revoke'>
  tokens: Pick<SessionTokens, 'accessToken' | 'refreshToken'>
  /** Whose they were, where that is known. */
  user: string | null
  clock: KioskClock
  signal: AbortSignal
  log: Log
  audit: AuditRecorder
}): Promise<'revoked' | 'not-offered' | 'failed'> {
  const { provider, tokens, user, clock, signal, log, audit } = options
  let ceilingMs = 0
  for (let attempt = 1; ; attempt++) {
    const trace = startTrace()
    try {
      const isRevoked = await provider.revoke(tokens, trace)
      if (isRevoked) await audit.record({ event: 'tokens.revoked', user, ...trace.ids() })
      else await audit.record({ event: 'tokens.revocation-unavailable', user })
      log.info({ event: isRevoked ? 'tokens.revoked' : 'tokens.revocation-not-offered', attempt })
      return isRevoked ? 'revoked' : 'not-offered'
    } catch (error) {
      const failure = readProviderFailure(error)
      const wishMs = failure.kind === 'transient' ? (failure.retryAfterMs ?? 0) : 0
      const isTooLong = wishMs > LONGEST_WISH_MS
      const isOver = failure.kind !== 'transient' || isTooLong || attempt === ATTEMPTS || signal.aborted
      log.warn({ err: failure.trouble, event: 'tokens.revocation-failed', attempt, isOver })
      if (isOver) {
        await audit.record({ event: 'tokens.revocation-failed', user, code: failure.trouble.code, ...trace.ids() })
        return 'failed'
      }
      const backoff = backOff(ceilingMs, RETRY_LIMITS.revocation, clock.random)
      ceilingMs = backoff.ceilingMs
      const waitMs = Math.max(backoff.delayMs, patientDelayMs(wishMs, clock.random))
      const isStopped = await clock.wait(waitMs, signal).then(
        () => false,
        () => true,
      )
      if (!isStopped) continue
      await audit.record({ event: 'tokens.revocation-failed', user, code: failure.trouble.code, ...trace.ids() })
      return 'failed'
    }
  }
}
