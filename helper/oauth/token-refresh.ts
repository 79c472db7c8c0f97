/** Keeps a session's tokens fresh until it is told to stop. Stores a rotated refresh token before the old one is forgotten. */
import { KioskError } from '../../contract/kiosk-error.ts'
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

/** What a renewal needs to know between two looks at the tokens themselves. */
type TokenTimes = Pick<SessionTokens, 'accessTokenExpiresAtMs' | 'accessTokenLifetimeMs'>

/**
 * Renews until a signal aborts. Holds no token while it waits: each renewal reads them anew.
 *
 * @param read the session's tokens; null, or a rejection, means that they are gone
 * @param store must have the new tokens safe before it resolves
 * @param hurry of this moment: its abort ends the wait for a renewal that is not due yet; a failed one keeps its pace
 * @param pausing ends the wait for the next renewal, but lets one that is under way be stored
 * @returns whether the provider ended the session, or the tokens died (or could not be kept) without its doing; rejects
 *   with the signal's reason on abort
 */
export async function keepTokensFresh(options: {
  provider: Pick<IdentityProvider, 'refresh'>
  times: TokenTimes
  clock: KioskClock
  signal: AbortSignal
  hurry: () => AbortSignal
  pausing: AbortSignal
  read: () => Promise<SessionTokens | null>
  store: (tokens: SessionTokens) => Promise<void>
  onFailure: (error: unknown) => void
}): Promise<RefreshEnd> {
  const { provider, clock, signal, hurry, pausing, read, store, onFailure } = options
  const waitEnd = AbortSignal.any([signal, pausing])
  let { times } = options
  let delayMs = Math.max(dueInMs(times, clock), LEAST_DELAY_MS)
  let hasFailed = false
  let giveUpAtMs = 0
  let ceilingMs = 0
  for (;;) {
    await clock.wait(delayMs, hasFailed ? waitEnd : AbortSignal.any([waitEnd, hurry()])).catch((reason: unknown) => {
      if (waitEnd.aborted) throw reason
    })
    try {
      times = await renew()
      delayMs = Math.max(dueInMs(times, clock), LEAST_DELAY_MS)
      hasFailed = false
      ceilingMs = 0
    } catch (error) {
      onFailure(error)
      const failure = readProviderFailure(error)
      if (!hasFailed) giveUpAtMs = Math.max(times.accessTokenExpiresAtMs, clock.nowMs() + GRACE_MS)
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

  async function renew(): Promise<TokenTimes> {
    const { refreshToken, ...tokens } = await readTokens(read)
    const renewed = await provider.refresh({ ...tokens, refreshToken })
    await store(renewed)
    const { accessTokenExpiresAtMs, accessTokenLifetimeMs } = renewed
    return { accessTokenExpiresAtMs, accessTokenLifetimeMs }
  }
}

/** Tokens that were changed or taken away in the vault are nobody's to renew. */
async function readTokens(
  read: () => Promise<SessionTokens | null>,
): Promise<SessionTokens & { refreshToken: string }> {
  const tokens = await read().catch((cause: unknown) => {
    throw new KioskError('vault-unavailable', 'the session’s tokens cannot be read', { cause })
  })
  if (!tokens?.refreshToken) throw new KioskError('vault-unavailable', 'the session’s tokens are gone from the vault')
  return { ...tokens, refreshToken: tokens.refreshToken }
}

/** How long tokens are left alone: three quarters of their life, counted from when they were issued. */
function dueInMs({ accessTokenExpiresAtMs, accessTokenLifetimeMs }: TokenTimes, clock: KioskClock): number {
  const issuedAtMs = accessTokenExpiresAtMs - accessTokenLifetimeMs
  return issuedAtMs + accessTokenLifetimeMs * between(REFRESH_AT, clock.random()) - clock.nowMs()
}
