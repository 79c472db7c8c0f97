/** What becomes of a session's tokens: stored, renewed, handed over, revoked, wiped. Decides nothing, never logs a token. */
import { KioskError } from '../../contract/kiosk-error.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import type { IdentityProvider } from '../oauth/identity-provider.ts'
import type { IssuedTokens } from '../oauth/issued-tokens.ts'
import type { SessionTokens } from '../oauth/session-tokens.ts'
import { keepTokensFresh, type RefreshEnd } from '../oauth/token-refresh.ts'
import { revokeTokens } from '../oauth/token-revocation.ts'
import type { HandedSession } from '../vault/handover.ts'
import type { KioskVault } from '../vault/open-kiosk-vault.ts'

export type SessionKeeper = {
  /**
   * From here on a crash finds only ciphertext. What the vault does not take, or takes too late for its session, is revoked.
   *
   * @throws KioskError `vault-unavailable`, or the signal's reason
   */
  keep(generation: number, tokens: SessionTokens, signal: AbortSignal): Promise<void>
  /** @returns why the session cannot go on; null where nothing renews its tokens, or when it was paused */
  keepFresh(generation: number, signal: AbortSignal, pausing: AbortSignal): Promise<RefreshEnd | null>
  /** Wipes, then revokes. */
  end(generation: number, reason: string): Promise<void>
  /** @returns whether the next helper can go on with the session; if not, its tokens are being revoked, or still stored */
  handOver(session: Omit<HandedSession, 'tokens'>): Promise<boolean>
  revoke(tokens: IssuedTokens): void
  destroy(): Promise<void>
  /** Revocations make no further attempt from here on; resolves when those under way are over. */
  settle(): Promise<void>
}

export function createSessionKeeper(options: {
  vault: KioskVault
  provider: IdentityProvider
  clock: KioskClock
  log: Log
}): SessionKeeper {
  const { vault, provider, clock, log } = options
  const settling = new AbortController()
  const revocations = new Set<Promise<unknown>>()

  function revoke(tokens: IssuedTokens): void {
    const revocation = revokeTokens({ provider, tokens, clock, signal: settling.signal, log })
    revocations.add(revocation)
    void revocation.finally(() => revocations.delete(revocation))
  }

  async function keep(generation: number, tokens: SessionTokens, signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted()
      await vault.store(generation, tokens)
    } catch (error) {
      revoke(tokens)
      signal.throwIfAborted()
      throw new KioskError('vault-unavailable', 'the vault cannot keep the tokens', { cause: error })
    }
    if (!signal.aborted) return
    await vault.wipe()
    revoke(tokens)
    signal.throwIfAborted()
  }

  async function readStored(generation: number, why: string): Promise<SessionTokens | null> {
    return vault.read(generation).catch((error: unknown) => {
      log.error({ err: error, event: 'vault.record-refused' }, why)
      return null
    })
  }

  return {
    keep,
    revoke,
    async keepFresh(generation, signal, pausing) {
      const tokens = await readStored(generation, 'the session’s tokens cannot be read')
      if (!tokens) return 'not-renewed'
      // Without a refresh token the session lasts as long as its access token, which the machine watches.
      if (tokens.refreshToken === null) return null
      const { accessTokenExpiresAtMs, accessTokenLifetimeMs } = tokens
      return keepTokensFresh({
        provider,
        times: { accessTokenExpiresAtMs, accessTokenLifetimeMs },
        clock,
        signal,
        pausing,
        read: () => vault.read(generation),
        store: (renewed) => keep(generation, renewed, signal),
        onFailure: (error) => {
          if (!signal.aborted) log.warn({ err: error, generation }, 'token refresh failed')
        },
      }).catch((error: unknown) => {
        if (pausing.aborted && !signal.aborted) return null
        throw error
      })
    },
    async end(generation, reason) {
      const tokens = await readStored(
        generation,
        'the ended session’s tokens cannot be read, so they cannot be revoked',
      )
      await vault.wipe().catch((error: unknown) => {
        // Ciphertext that cannot be removed is dead without this process's key: a restart is the wipe that cannot fail.
        log.fatal({ err: error }, 'the vault cannot be wiped')
        process.exitCode = 1
        process.kill(process.pid, 'SIGTERM')
      })
      log.info({ event: 'vault.wiped', generation, reason }, 'session ended, vault wiped')
      if (tokens) revoke(tokens)
    },
    async handOver(session) {
      const tokens = await readStored(session.generation, 'the session cannot be handed over')
      if (!tokens) return false
      try {
        await vault.handOver({ ...session, tokens })
      } catch (error) {
        log.error({ err: error, event: 'session.handover-failed' }, 'the session ends with this helper')
        revoke(tokens)
        return false
      }
      log.info({ event: 'session.handed-over', generation: session.generation })
      return true
    },
    async destroy() {
      await vault.destroy().catch((error: unknown) => {
        log.fatal({ err: error, event: 'vault.destroy-failed' }, 'the device key may still be in the keychain')
      })
    },
    async settle() {
      settling.abort()
      while (revocations.size > 0) await Promise.allSettled(revocations)
    },
  }
}
