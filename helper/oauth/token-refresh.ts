/** Keeps a session's tokens fresh until it is told to stop. Stores a rotated refresh token before the old one is forgotten. */
import { backOff, patientDelayMs, RETRY_LIMITS } from '../backoff.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { readProviderFailure } from './provider-error.ts'
import type { SessionTokens } from './session-tokens.ts'

/** Of an access token's life, so that a whole fleet does not refresh at once. */
const REFRESH_AT = { from: 0.72, to: 0.78 }
/**
 * The answer that was lost may have rotated the refresh token; providers take the old one for a while longer (Okta: 30 s
 * by default), so the first retry comes soon.
 */
const LOST_ANSWER_RETRY_MS = { from: 1_000, to: 3_000 }
/** Tokens that died in a sleep get this long for a network that comes back after it. */
const GRACE_MS = 60_000
/** Whatever lifetimes and waits a server names, it is never asked more often. */
const LEAST_DELAY_MS = 2_000

function between({ from, to }: { from: number; to: number }, random: number): number {
  return from + (to - from) * random
}

/** Why there is nothing more to renew. */
export type RefreshEnd = 'provider-ended' | 'not-renewed'

/**
 * Renews until the signal aborts.
 *
 * @param store must have the new tokens safe before it resolves
 * @returns whether the provider ended the session, or the tokens died (or could not be kept) without its doing; rejects
 *   with the signal's reason on abort
 */
export async function keepTokensFresh(options: {
  provider: Pick<IdentityProvider, 'refresh'>
  tokens: SessionTokens & { refreshToken: string }
  clock: KioskClock
  signal: AbortSignal
  store: (tokens: SessionTokens) => Promise<void>
  onFailure: (error: unknown) => void
}): Promise<RefreshEnd> {
  const { provider, clock, signal, store, onFailure } = options
  let { tokens } = options
  let delayMs = Math.max(dueInMs(tokens, clock), LEAST_DELAY_MS)
  let hasFailed = false
  let giveUpAtMs = 0
  let ceilingMs = 0
  for (;;) {
    await clock.wait(delayMs, signal)
    try {
      const renewed = await provider.refresh(tokens)
      await store(renewed)
      tokens = { ...renewed, refreshToken: renewed.refreshToken ?? tokens.refreshToken }
      delayMs = Math.max(dueInMs(tokens, clock), LEAST_DELAY_MS)
      hasFailed = false
      ceilingMs = 0
    } catch (error) {
      onFailure(error)
      const failure = readProviderFailure(error)
      if (!hasFailed) giveUpAtMs = Math.max(tokens.accessTokenExpiresAtMs, clock.nowMs() + GRACE_MS)
      const leftMs = giveUpAtMs - clock.nowMs()
      if (failure.trouble.code === 'vault-unavailable') return 'not-renewed'
      if (failure.kind !== 'transient') return 'provider-ended'
      if (leftMs <= 0) return 'not-renewed'
      const backoff = hasFailed ? backOff(ceilingMs, RETRY_LIMITS.refresh, clock.random) : null
      const waitMs = backoff?.delayMs ?? between(LOST_ANSWER_RETRY_MS, clock.random())
      ceilingMs = backoff?.ceilingMs ?? 0
      hasFailed = true
      // A last try when the tokens die, and no sooner than the server wishes before that.
      delayMs = Math.min(
        Math.max(waitMs, patientDelayMs(failure.retryAfterMs, clock.random), LEAST_DELAY_MS / 2),
        leftMs,
      )
    }
  }
}

/** How long tokens are left alone: three quarters of their life, counted from when they were issued. */
function dueInMs(tokens: SessionTokens, clock: KioskClock): number {
  const { accessTokenExpiresAtMs, accessTokenLifetimeMs } = tokens
  const issuedAtMs = accessTokenExpiresAtMs - accessTokenLifetimeMs
  return issuedAtMs + accessTokenLifetimeMs * between(REFRESH_AT, clock.random()) - clock.nowMs()
}
