/** Keeps a session's tokens fresh until it is told to stop. Stores a rotated refresh token before the old one is forgotten. */
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import type { GrantClock } from './device-grant.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { readProviderFailure } from './provider-error.ts'
import { readSessionTokens, type SessionTokens } from './session-tokens.ts'

/** Of an access token's life, so that a whole fleet does not refresh at once. */
const REFRESH_AT = { from: 0.72, to: 0.78 }
const RETRY_MS = { least: 5_000, most: 30_000 }

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
  identity: KioskConfig['identity']
  tokens: SessionTokens & { refreshToken: string }
  clock: GrantClock
  signal: AbortSignal
  store: (tokens: SessionTokens) => Promise<void>
  onFailure: (error: unknown) => void
}): Promise<void> {
  const { provider, identity, clock, signal, store, onFailure } = options
  let { tokens } = options
  let delayMs = tokens.accessTokenLifetimeMs * between(REFRESH_AT, clock.random())
  for (;;) {
    await clock.wait(delayMs, signal)
    try {
      const answer = await provider.refresh(tokens.refreshToken)
      const renewed = readSessionTokens(answer, identity, clock.nowMs(), tokens)
      await store(renewed)
      tokens = { ...renewed, refreshToken: renewed.refreshToken ?? tokens.refreshToken }
      delayMs = tokens.accessTokenLifetimeMs * between(REFRESH_AT, clock.random())
    } catch (error) {
      onFailure(error)
      const failure = readProviderFailure(error)
      if (failure.kind !== 'transient' || clock.nowMs() >= tokens.accessTokenExpiresAtMs) return
      const wishMs = failure.retryAfterMs ?? between({ from: RETRY_MS.least, to: RETRY_MS.most }, clock.random())
      delayMs = Math.min(wishMs, tokens.accessTokenExpiresAtMs - clock.nowMs())
    }
  }
}
