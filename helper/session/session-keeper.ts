/** What becomes of a session's tokens: stored, renewed, handed over, revoked, wiped. Decides nothing, never logs a token. */
import type { AccessTokenAnswer } from '../../contract/access-token.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { EndReason } from '../../contract/session-state.ts'
import type { AuditRecorder } from '../audit/audit-trail.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import type { IdentityProvider } from '../oauth/identity-provider.ts'
import type { IssuedTokens } from '../oauth/issued-tokens.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import type { SessionTokens } from '../oauth/session-tokens.ts'
import { keepTokensFresh, type RefreshEnd } from '../oauth/token-refresh.ts'
import { revokeTokens } from '../oauth/token-revocation.ts'
import type { FoundHandover, HandedSession } from '../vault/handover.ts'
import type { KioskVault } from '../vault/open-kiosk-vault.ts'
import { createAccessTokens } from './access-token.ts'
import { createSessionRecord } from './session-record.ts'

export type SessionKeeper = {
  /**
   * From here on a crash finds only ciphertext. What the vault does not take, or takes too late for its session, is revoked.
   *
   * @throws KioskError `vault-unavailable`, or the signal's reason
   */
  keep(generation: number, tokens: SessionTokens, signal: AbortSignal): Promise<void>
  /** @returns why the session cannot go on; null where nothing renews its tokens, or when it was paused */
  keepFresh(generation: number, signal: AbortSignal, pausing: AbortSignal): Promise<RefreshEnd | null>
  /** For the shell, which asks while the session is on the screen; `signal` is the session's. */
  accessToken(generation: number, rejectedSerial: number | null, signal: AbortSignal): Promise<AccessTokenAnswer>
  /** Renews at once, whatever the tokens' age; a provider that does not answer is asked further in the background. */
  renewNow(generation: number, signal: AbortSignal): Promise<'renewed' | 'not-renewable' | 'provider-unreachable'>
  /** Whose session it is; null where it is over. */
  readUserKey(generation: number): Promise<string | null>
  /** The same without a look into the vault, of the session whose tokens were stored last. */
  userOf(generation: number): string | null
  /** Wipes, then revokes; resolves once the end is on record, or cannot be. */
  end(generation: number, reason: EndReason | 'sign-in-restarted' | 'helper stopped'): Promise<void>
  /**
   * @param cancelled no next helper comes: nothing may be left for it
   * @returns whether the next helper can go on with the session; if not, it is over here as well, or still stored
   */
  handOver(session: Omit<HandedSession, 'tokens' | 'rules'>, cancelled: AbortSignal): Promise<boolean>
  /** No next helper goes on with the session after all: it ends here. */
  retract(): Promise<void>
  /** What a helper before this one left and nobody goes on with is revoked. */
  dismiss(handover: FoundHandover): void
  /** @returns whether the keys are gone; where some are left, the next start tries again */
  destroy(): Promise<boolean>
  isRevoking(): boolean
  /** Revocations make no further attempt from here on; resolves when those under way are over. */
  settle(): Promise<void>
}

/** When tokens were issued and when the access token dies, on the helper's monotonic clock. */
export type TokenTimes = { issuedAtMs: number; expiresAtMs: number; isRenewed: boolean }

function timesOf({ accessTokenExpiresAtMs, accessTokenLifetimeMs, refreshToken }: SessionTokens): TokenTimes {
  return {
    issuedAtMs: accessTokenExpiresAtMs - accessTokenLifetimeMs,
    expiresAtMs: accessTokenExpiresAtMs,
    isRenewed: refreshToken !== null,
  }
}

/** @param options.onTokenTimes told of tokens that were stored, and with null that they are gone */
export function createSessionKeeper(options: {
  vault: KioskVault
  provider: IdentityProvider
  clock: KioskClock
  log: Log
  audit: AuditRecorder
  onTokenTimes: (times: TokenTimes | null) => void
}): SessionKeeper {
  const { vault, provider, clock, log, audit, onTokenTimes } = options
  const settling = new AbortController()
  const revocations = new Set<Promise<unknown>>()
  const accessTokens = createAccessTokens({ clock, log })
  /** The next helper goes on with the tokens as they were: an answer that comes now is not revoked, or the session would be. */
  let handedOver: SessionTokens | null = null
  const record = createSessionRecord(audit)

  function revoke(tokens: IssuedTokens & Pick<SessionTokens, 'userKey'>): void {
    const { userKey: user } = tokens
    const revocation = revokeTokens({ provider, tokens, user, clock, signal: settling.signal, log, audit })
    revocations.add(revocation)
    void revocation.finally(() => revocations.delete(revocation))
  }

  async function keep(generation: number, tokens: SessionTokens, signal: AbortSignal): Promise<void> {
    if (handedOver) throw new KioskError('vault-unavailable', 'the session was handed over')
    try {
      signal.throwIfAborted()
      await vault.store(generation, tokens)
    } catch (error) {
      revoke(tokens)
      signal.throwIfAborted()
      throw new KioskError('vault-unavailable', 'the vault cannot keep the tokens', { cause: error })
    }
    accessTokens.noteStored()
    record.begin(generation, tokens.userKey)
    if (!signal.aborted) {
      onTokenTimes(timesOf(tokens))
      return
    }
    // Also where the wipe fails: nobody has these tokens but this call.
    revoke(tokens)
    record.drop()
    await vault.wipe()
    signal.throwIfAborted()
  }

  async function readStored(generation: number, why: string): Promise<SessionTokens | null> {
    return vault.read(generation).catch((error: unknown) => {
      log.error({ err: error, event: 'vault.record-refused' }, why)
      return null
    })
  }

  async function retract(): Promise<void> {
    await vault.takeBack().catch((error: unknown) => log.error({ err: error }, 'a handover’s key may be left'))
    await record.endAny('restarted')
    if (handedOver) revoke(handedOver)
    // An answer that still comes belongs to a session that is over, and is revoked as well.
    handedOver = null
  }

  return {
    keep,
    userOf: record.userOf,
    retract,
    async keepFresh(generation, signal, pausing) {
      const tokens = await readStored(generation, 'the session’s tokens cannot be read')
      if (!tokens) return 'not-renewed'
      // Without a refresh token the session lasts as long as its access token, which the machine watches.
      if (tokens.refreshToken === null) return null
      const { accessTokenExpiresAtMs, accessTokenLifetimeMs } = tokens
      const renewals = record.renewals(generation)
      return keepTokensFresh({
        provider: { refresh: (due) => provider.refresh(due, renewals.next()) },
        times: { accessTokenExpiresAtMs, accessTokenLifetimeMs },
        clock,
        signal,
        hurry: accessTokens.hurry,
        pausing,
        read: () => vault.read(generation),
        async store(renewed) {
          await keep(generation, renewed, signal)
          renewals.noteStored()
        },
        onFailure: (error) => {
          if (signal.aborted) return
          const { trouble, providerError } = readProviderFailure(error)
          const fault = { event: 'token.refresh-failed', code: trouble.code, providerError }
          log.warn({ err: error, ...fault, generation }, 'token refresh failed')
          renewals.noteFailed(trouble.code, providerError)
        },
      }).catch((error: unknown) => {
        if (pausing.aborted && !signal.aborted) return null
        throw error
      })
    },
    accessToken: (generation, rejectedSerial, signal) =>
      accessTokens.answer(
        () => readStored(generation, 'the access token cannot be read for the hosted app'),
        rejectedSerial,
        signal,
      ),
    async renewNow(generation, signal) {
      const tokens = await readStored(generation, 'the session’s tokens cannot be read for a renewal')
      if (tokens && tokens.refreshToken === null) return 'not-renewable'
      return (await accessTokens.renewNow(signal)) ? 'renewed' : 'provider-unreachable'
    },
    async readUserKey(generation) {
      const tokens = await readStored(generation, 'nobody can say whose session this is')
      return tokens?.userKey ?? null
    },
    async end(generation, reason) {
      onTokenTimes(null)
      const tokens = await readStored(
        generation,
        'the ended session’s tokens cannot be read, so they cannot be revoked',
      )
      try {
        await vault.wipe()
        log.info({ event: 'vault.wiped', generation, reason }, 'session ended, vault wiped')
      } catch (error) {
        // Ciphertext that cannot be removed is dead without this process's key: a restart is the wipe that cannot fail.
        log.fatal({ err: error, event: 'vault.wipe-failed', generation, reason }, 'the vault cannot be wiped')
        record.noteWipeFailed('vault', error)
        process.exitCode = 1
        process.kill(process.pid, 'SIGTERM')
      }
      if (tokens) revoke(tokens)
      await record.end(generation, reason === 'helper stopped' ? 'restarted' : reason)
    },
    async handOver(session, cancelled) {
      const tokens = await readStored(session.generation, 'the session cannot be handed over')
      if (!tokens || cancelled.aborted) return false
      handedOver = tokens
      try {
        await vault.handOver({ ...session, tokens })
        cancelled.throwIfAborted()
      } catch (error) {
        log.error({ err: error, event: 'session.handover-failed' }, 'the session ends with this helper')
        await retract()
        return false
      }
      log.info({ event: 'session.handed-over', generation: session.generation })
      await audit.record({ event: 'session.handed-over', generation: session.generation, user: tokens.userKey })
      return true
    },
    dismiss(handover) {
      if (handover.kind === 'none') return
      if (handover.kind !== 'session') log.warn({ event: 'vault.handover-refused', err: handover.why })
      if (handover.kind !== 'refused') revoke(handover.session.tokens)
      // Whatever else was left, the trail has said so with its first lines.
      if (handover.kind !== 'session') return
      const { generation, tokens } = handover.session
      void audit.record({ event: 'session.ended', generation, user: tokens.userKey, reason: 'not-resumed' })
    },
    async destroy() {
      try {
        const deviceKey = await vault.destroy()
        await audit.record({ event: 'wipe.done', deviceKey })
        return true
      } catch (error) {
        log.fatal({ err: error, event: 'vault.destroy-failed' }, 'the next start tries again')
        record.noteWipeFailed('device-key', error)
        return false
      }
    },
    isRevoking: () => revocations.size > 0,
    async settle() {
      settling.abort()
      while (revocations.size > 0) await Promise.allSettled(revocations)
    },
  }
}
