/** Performs what the session machine decides: codes, polling, vault, sign-out. Never decides anything about a sign-in itself. */
import type { Command, CommandResult } from '../../contract/commands.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { assertNever, KioskError, type TroubleCode, troubleCodeSchema } from '../../contract/kiosk-error.ts'
import type { SessionState } from '../../contract/session-state.ts'
import type { Log } from '../log.ts'
import { awaitApproval, type GrantClock, requestDeviceCode } from '../oauth/device-grant.ts'
import type { IdentityProvider } from '../oauth/identity-provider.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import type { SessionTokens } from '../oauth/session-tokens.ts'
import { keepTokensFresh } from '../oauth/token-refresh.ts'
import type { TokenVault } from '../vault/token-vault.ts'
import {
  INITIAL_MACHINE,
  nextDeadlineMs,
  type SessionEffect,
  type SessionEvent,
  type SessionMachine,
  step,
} from './session-machine.ts'

/** How long the trouble screen waits before it asks for a code again; doubles with every failure in a row. */
const RETRY_MS = { first: 5_000, most: 60_000 }
/** The longest wait a server may ask for before the kiosk tries again all the same. */
const LONGEST_WISH_MS = 600_000
/** Node fires a longer timer at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

export type SessionPorts = {
  identity: KioskConfig['identity']
  provider: IdentityProvider
  vault: TokenVault
}

export type SessionRunner = {
  dispatch(event: SessionEvent): void
  command(command: Command): CommandResult
  /** Ends whatever runs, wipes the vault, and revokes what was in it. */
  stop(): Promise<void>
}

/**
 * @param ports null while the kiosk is not provisioned; the machine asks for nothing then
 * @param onChange called with every new state, before its effects begin: the screen comes first
 */
export function createSessionRunner(options: {
  ports: SessionPorts | null
  clock: GrantClock
  log: Log
  onChange: (session: SessionState) => void
}): SessionRunner {
  const { clock, log, onChange } = options
  let machine: SessionMachine = INITIAL_MACHINE
  let deadlineTimer: NodeJS.Timeout | undefined
  let failuresInARow = 0
  /** Of the code or the session in progress. */
  let running = new AbortController()
  /** Wipes and revocations under way, which a stop waits for. */
  const endings = new Set<Promise<void>>()

  function dispatch(event: SessionEvent): boolean {
    const before = machine
    const { machine: after, effects } = step(before, event, clock.nowMs())
    machine = after
    if (after.session !== before.session) {
      log.info({ event: event.kind, from: before.session.kind, to: after.session.kind, generation: after.generation })
      armDeadline()
      onChange(after.session)
    }
    for (const effect of effects) perform(effect)
    return after !== before || effects.length > 0
  }

  function armDeadline(): void {
    clearTimeout(deadlineTimer)
    const deadlineMs = nextDeadlineMs(machine.session)
    if (deadlineMs === null) return
    // A timer may fire a little early on the monotonic clock; then it is armed once more.
    const fire = () => {
      if (clock.nowMs() < deadlineMs) armDeadline()
      else dispatch({ kind: 'deadlineReached' })
    }
    const delayMs = Math.max(Math.ceil(deadlineMs - clock.nowMs()), 0)
    deadlineTimer = setTimeout(fire, Math.min(delayMs, LONGEST_TIMER_MS))
  }

  function perform(effect: SessionEffect): void {
    switch (effect.kind) {
      case 'requestCode':
        begin((signal, ports) => runGrant(effect.generation, signal, ports))
        break
      case 'abandonCode':
        running.abort(new Error('the code left the screen'))
        break
      case 'keepRefreshed':
        begin((signal, ports) => runRefresh(effect.generation, signal, ports))
        break
      case 'endSession':
        // A late approval ends its own session, not the code that has taken its place on the screen.
        if (effect.generation === machine.generation) running.abort(new Error('the session ended'))
        track(endSession(effect.generation, effect.reason))
        break
      default:
        assertNever(effect)
    }
  }

  function track(ending: Promise<void>): void {
    endings.add(ending)
    void ending.finally(() => endings.delete(ending))
  }

  /** Single flight: what ran before is aborted. */
  function begin(work: (signal: AbortSignal, ports: SessionPorts) => Promise<void>): void {
    running.abort(new Error('something newer began'))
    running = new AbortController()
    const { signal } = running
    const { ports } = options
    if (!ports) throw new KioskError('unexpected', 'asked for a code without a bundle')
    work(signal, ports).catch((error: unknown) => {
      if (!signal.aborted) log.error({ err: error }, 'session work failed')
    })
  }

  function troubleOf(error: unknown): { code: TroubleCode; retryInMs: number } {
    const failure = readProviderFailure(error)
    const code = troubleCodeSchema.safeParse(failure.trouble.code)
    log.warn({ err: failure.trouble }, 'sign-in in trouble')
    const backoffMs = Math.min(RETRY_MS.first * 2 ** failuresInARow++, RETRY_MS.most)
    const wishMs = failure.kind === 'transient' ? Math.min(failure.retryAfterMs ?? 0, LONGEST_WISH_MS) : 0
    return {
      code: code.success ? code.data : 'unexpected',
      retryInMs: Math.max(backoffMs * (0.8 + 0.4 * clock.random()), wishMs),
    }
  }

  async function runGrant(generation: number, signal: AbortSignal, ports: SessionPorts): Promise<void> {
    const { provider, identity } = ports
    try {
      const code = await requestDeviceCode(provider, identity, clock)
      signal.throwIfAborted()
      const { deviceCode: _, intervalSeconds: __, ...shown } = code
      dispatch({ kind: 'codeIssued', generation, code: shown })
      const onTransient = (error: unknown) => log.warn({ err: error, generation }, 'poll failed, polling goes on')
      const outcome = await awaitApproval(provider, code, { clock, signal, onTransient })
      failuresInARow = 0
      if (outcome.kind === 'approved') await acceptTokens(generation, outcome.tokens, signal, ports)
      else dispatch({ kind: outcome.kind === 'declined' ? 'declined' : 'codeUsedUp', generation })
    } catch (error) {
      if (signal.aborted) return
      dispatch({ kind: 'grantFailed', generation, ...troubleOf(error) })
    }
  }

  /** The vault comes before anything else: from here on a crash finds only ciphertext. */
  async function acceptTokens(generation: number, tokens: SessionTokens, signal: AbortSignal, ports: SessionPorts) {
    await storeOrRevoke(generation, tokens, signal, ports)
    const expiresAtMs = tokens.refreshToken === null ? tokens.accessTokenExpiresAtMs : null
    dispatch({ kind: 'approved', generation, displayName: tokens.displayName, expiresAtMs })
  }

  /** What the vault did not take, or took too late for its session, is revoked: nothing may stay of it. */
  async function storeOrRevoke(generation: number, tokens: SessionTokens, signal: AbortSignal, ports: SessionPorts) {
    try {
      signal.throwIfAborted()
      await ports.vault.store(generation, tokens)
    } catch (error) {
      await revoke(tokens, ports)
      signal.throwIfAborted()
      throw new KioskError('vault-unavailable', 'the vault cannot keep the tokens', { cause: error })
    }
    if (!signal.aborted) return
    await ports.vault.wipe()
    await revoke(tokens, ports)
    signal.throwIfAborted()
  }

  async function runRefresh(generation: number, signal: AbortSignal, ports: SessionPorts): Promise<void> {
    const tokens = await ports.vault.read(generation).catch((error: unknown) => {
      log.error({ err: error }, 'the session’s tokens cannot be read')
      return null
    })
    // Without a refresh token the session lasts as long as its access token, which the machine watches.
    if (tokens && tokens.refreshToken === null) return
    if (tokens?.refreshToken)
      await keepFresh(generation, { ...tokens, refreshToken: tokens.refreshToken }, signal, ports)
    if (!signal.aborted) dispatch({ kind: 'sessionLost', generation })
  }

  function keepFresh(
    generation: number,
    tokens: SessionTokens & { refreshToken: string },
    signal: AbortSignal,
    ports: SessionPorts,
  ): Promise<void> {
    return keepTokensFresh({
      provider: ports.provider,
      tokens,
      clock,
      signal,
      store: (renewed) => storeOrRevoke(generation, renewed, signal, ports),
      onFailure: (error) => {
        if (!signal.aborted) log.warn({ err: error, generation }, 'token refresh failed')
      },
    })
  }

  /** The screen has moved on already; the vault is emptied before the provider is asked anything. */
  async function endSession(generation: number, reason: string): Promise<void> {
    const { ports } = options
    if (!ports) return
    const tokens = await ports.vault.read(generation).catch((error: unknown) => {
      log.error({ err: error }, 'the ended session’s tokens cannot be read, so they cannot be revoked')
      return null
    })
    await ports.vault.wipe().catch((error: unknown) => {
      // Ciphertext that cannot be removed is dead without this process's key: a restart is the wipe that cannot fail.
      log.fatal({ err: error }, 'the vault cannot be wiped')
      process.exitCode = 1
      process.kill(process.pid, 'SIGTERM')
    })
    log.info({ generation, reason }, 'session ended, vault wiped')
    if (tokens) await revoke(tokens, ports)
  }

  async function revoke(tokens: SessionTokens, { provider }: SessionPorts): Promise<void> {
    try {
      const done = await provider.revoke(tokens)
      log.info({ revoked: done }, done ? 'tokens revoked' : 'the provider advertises no revocation endpoint')
    } catch (error) {
      log.warn({ err: error }, 'the provider could not be told to revoke')
    }
  }

  return {
    dispatch: (event) => {
      dispatch(event)
    },
    command(command) {
      switch (command.kind) {
        case 'touch':
          return { accepted: dispatch({ kind: 'touched' }) }
        case 'confirmPresence':
          return { accepted: dispatch({ kind: 'presenceConfirmed', generation: command.generation }) }
        case 'denyPresence':
          return { accepted: dispatch({ kind: 'presenceDenied', generation: command.generation }) }
        case 'signOut':
          return { accepted: dispatch({ kind: 'signOutRequested' }) }
        default:
          return assertNever(command)
      }
    },
    async stop() {
      clearTimeout(deadlineTimer)
      running.abort(new Error('the helper stops'))
      await endSession(machine.generation, 'helper stopped')
      await Promise.allSettled(endings)
    },
  }
}
