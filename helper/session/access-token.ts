/** Answers the shell's question for the access token, and renews one that the API refused. Never keeps or logs a token. */
import { randomInt } from 'node:crypto'
import type { AccessTokenAnswer } from '../../contract/access-token.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import type { SessionTokens } from '../oauth/session-tokens.ts'

/** Between two renewals that an API made the kiosk ask for: one that refuses every token must not hammer the provider. */
const FORCED_GAP_MS = 30_000
/** The shell holds the API's answer back meanwhile; it gives up soon after. */
const RENEWAL_LIMIT_MS = 4_000
/** Whoever ordered a renewal hears by then how it went; it goes on in the background. */
const ORDERED_RENEWAL_LIMIT_MS = 12_000

export type AccessTokens = {
  /** A token was stored: it has another serial than the one before. */
  noteStored(): void
  /** Aborts when a renewal is wanted at once; another one after each renewal. */
  hurry(): AbortSignal
  /** @returns whether another token was stored in time; `signal` is the session's */
  renewNow(signal: AbortSignal): Promise<boolean>
  /**
   * @param read the session's tokens, or null where they are gone
   * @param rejectedSerial of a token that the API refused; renewed at most once, and only while it is the current one
   */
  answer(
    read: () => Promise<SessionTokens | null>,
    rejectedSerial: number | null,
    signal: AbortSignal,
  ): Promise<AccessTokenAnswer>
}

/** @param firstSerial another one in every helper: a shell that outlives a restart must not take a new token for an old one */
export function createAccessTokens({
  clock,
  log,
  firstSerial = randomInt(2 ** 40),
}: {
  clock: KioskClock
  log: Log
  firstSerial?: number
}): AccessTokens {
  let serial = firstSerial
  let forcedSerial: number | null = null
  let forcedAtMs = Number.NEGATIVE_INFINITY
  let hurrying = new AbortController()
  let stored = Promise.withResolvers<void>()
  /** The one forced renewal under way; whoever asks meanwhile waits for the same. */
  let renewing: Promise<void> | null = null

  /** Resolves with the next token that is stored, or after a while. */
  async function hurryUp(limitMs: number, why: string, signal: AbortSignal): Promise<void> {
    const limit = new AbortController()
    const waited = clock.wait(limitMs, AbortSignal.any([signal, limit.signal])).catch(() => {
      // Stored in time, or the session ended: what there is to answer now is read afterwards.
    })
    hurrying.abort(new Error(why))
    await Promise.race([stored.promise, waited])
    limit.abort()
  }

  async function renew(signal: AbortSignal): Promise<void> {
    forcedSerial = serial
    forcedAtMs = clock.nowMs()
    log.info({ event: 'token.refused-by-api', serial }, 'the API refused the access token, which is renewed')
    await hurryUp(RENEWAL_LIMIT_MS, 'the API refused the access token', signal)
  }

  function mayForce(): boolean {
    return forcedSerial !== serial && clock.nowMs() - forcedAtMs >= FORCED_GAP_MS
  }

  async function renewOnce(rejectedSerial: number | null, signal: AbortSignal): Promise<void> {
    if (rejectedSerial === null || rejectedSerial !== serial) return
    if (renewing === null && !mayForce()) return
    renewing ??= renew(signal).finally(() => {
      renewing = null
    })
    await renewing
  }

  return {
    noteStored() {
      serial += 1
      hurrying = new AbortController()
      stored.resolve()
      stored = Promise.withResolvers()
    },
    hurry: () => hurrying.signal,
    async renewNow(signal) {
      const before = serial
      await hurryUp(ORDERED_RENEWAL_LIMIT_MS, 'operations ordered a renewal', signal)
      return serial !== before
    },
    async answer(read, rejectedSerial, signal) {
      await renewOnce(rejectedSerial, signal)
      // Before the vault is read: a token that is stored meanwhile is answered under the serial before it, which is harmless.
      const answeredSerial = serial
      const tokens = await read()
      if (tokens === null) return { kind: 'none', reason: 'unreadable' }
      const { accessToken, accessTokenExpiresAtMs: expiresAtMs } = tokens
      if (expiresAtMs <= clock.nowMs()) return { kind: 'none', reason: 'expired' }
      return { kind: 'token', accessToken, serial: answeredSerial, expiresAtMs }
    },
  }
}
