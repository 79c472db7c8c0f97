/** Keeps a session's tokens fresh until it is told to stop. Stores a rotated refresh token before the old one is forgotten. */
import type { GrantClock } from './device-grant.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { readProviderFailure } from './provider-error.ts'
import type { SessionTokens } from './session-tokens.ts'

/** Of an access token's life, so that a whole fleet does not refresh at once. */
const REFRESH_AT = { from: 0.72, to: 0.78 }
const RETRY_MS = { from: 5_000, to: 30_000 }
/** Whatever lifetimes and waits a server names, it is never asked more often. */
const LEAST_DELAY_MS = 2_000

function between({ from, to }: { from: number; to: number }, random: number): number {
  return from + (to - from) * random
}

/**
 * Renews until the signal aborts.
 *
 * @param store must have the new tokens safe before it resolves
 * @returns when the provider ended the session or the tokens died unrenewed; rejects with the signal's reason on abort
 */
export async function keepTokensFresh(options: {
  provider: IdentityProvider
  tokens: SessionTokens & { refreshToken: string }
  clock: GrantClock
  signal: AbortSignal
  store: (tokens: SessionTokens) => Promise<void>
  onFailure: (error: unknown) => void
}): Promise<void> {
  const { provider, clock, signal, store, onFailure } = options
  let { tokens } = options
  let delayMs = tokens.accessTokenLifetimeMs * between(REFRESH_AT, clock.random())
  for (;;) {
    await clock.wait(Math.max(delayMs, LEAST_DELAY_MS), signal)
    try {
      const renewed = await provider.refresh(tokens)
      await store(renewed)
      tokens = { ...renewed, refreshToken: renewed.refreshToken ?? tokens.refreshToken }
      delayMs = tokens.accessTokenLifetimeMs * between(REFRESH_AT, clock.random())
    } catch (error) {
      onFailure(error)
      const failure = readProviderFailure(error)
      if (failure.kind !== 'transient' || clock.nowMs() >= tokens.accessTokenExpiresAtMs) return
      const waitMs = Math.max(between(RETRY_MS, clock.random()), failure.retryAfterMs ?? 0)
      delayMs = Math.min(waitMs, tokens.accessTokenExpiresAtMs - clock.nowMs())
    }
  }
}
