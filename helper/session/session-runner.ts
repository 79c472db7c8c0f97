/** Performs what the session machine decides: codes, polling, vault, sign-out. Never decides anything about a sign-in itself. */
import type { Command, CommandResult } from '../../contract/commands.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { assertNever, KioskError } from '../../contract/kiosk-error.ts'
import type { SessionState } from '../../contract/session-state.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import { awaitApproval, requestDeviceCode } from '../oauth/device-grant.ts'
import type { IdentityProvider } from '../oauth/identity-provider.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import type { SessionTokens } from '../oauth/session-tokens.ts'
import { keepTokensFresh, type RefreshEnd } from '../oauth/token-refresh.ts'
import { revokeTokens } from '../oauth/token-revocation.ts'
import type { TokenVault } from '../vault/token-vault.ts'
import { createCodeRetry, troubleCodeOf } from './code-retry.ts'
import type { SessionEffect, SessionEvent } from './session-event.ts'
import { INITIAL_MACHINE, nextDeadlineMs, type SessionMachine, step } from './session-machine.ts'

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
  clock: KioskClock
  log: Log
  onChange: (session: SessionState) => void
}): SessionRunner {
  const { clock, log, onChange } = options
  const retry = createCodeRetry(clock)
  let machine: SessionMachine = INITIAL_MACHINE
  /** Of the wait for the present state's own end. */
  let deadline = new AbortController()
  /** Of the code or the session in progress. */
  let running = new AbortController()
  /** Requests, wipes and revocations under way, which a stop waits for. */
  const endings = new Set<Promise<unknown>>()
  const stopping = new AbortController()

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
    deadline.abort()
    const deadlineMs = nextDeadlineMs(machine.session)
    if (deadlineMs === null) return
    deadline = new AbortController()
    clock.wait(deadlineMs - clock.nowMs(), deadline.signal).then(
      () => dispatch({ kind: 'deadlineReached' }),
      () => {
        // Another state has come, with a deadline of its own.
      },
    )
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

  function track(ending: Promise<unknown>): void {
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
    const working = work(signal, ports).catch((error: unknown) => {
      if (!signal.aborted) log.error({ err: error }, 'session work failed')
    })
    // A stop waits for an answer that is on its way: the tokens in it are revoked.
    track(working)
  }

  async function runGrant(generation: number, signal: AbortSignal, ports: SessionPorts): Promise<void> {
    const { provider, identity } = ports
    try {
      const code = await requestDeviceCode(provider, identity, clock)
      signal.throwIfAborted()
      const { deviceCode: _, intervalSeconds: __, ...shown } = code
      dispatch({ kind: 'codeIssued', generation, code: shown })
      const onPoll = (fault: unknown) => tellPoll(generation, fault)
      const outcome = await awaitApproval(provider, code, { clock, signal, onPoll })
      retry.reset()
      if (outcome.kind === 'approved') await acceptTokens(generation, outcome.tokens, signal, ports)
      else if (outcome.kind === 'declined') dispatch({ kind: 'declined', generation })
      else dispatch({ kind: 'codeUsedUp', generation, why: outcome.why })
    } catch (error) {
      if (signal.aborted) return
      const { trouble, ...plan } = retry.plan(error)
      log.warn({ err: trouble, providerError: plan.providerError, generation }, 'sign-in in trouble')
      dispatch({ kind: 'grantFailed', generation, ...plan })
    }
  }

  function tellPoll(generation: number, fault: unknown): void {
    if (fault === null) {
      dispatch({ kind: 'pollAnswered', generation })
      return
    }
    const { trouble } = readProviderFailure(fault)
    log.warn({ err: trouble, generation }, 'poll failed, polling goes on')
    dispatch({ kind: 'pollFailed', generation, code: troubleCodeOf(trouble) })
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
      track(revoke(tokens, ports))
      signal.throwIfAborted()
      throw new KioskError('vault-unavailable', 'the vault cannot keep the tokens', { cause: error })
    }
    if (!signal.aborted) return
    await ports.vault.wipe()
    track(revoke(tokens, ports))
    signal.throwIfAborted()
  }

  async function runRefresh(generation: number, signal: AbortSignal, ports: SessionPorts): Promise<void> {
    const tokens = await ports.vault.read(generation).catch((error: unknown) => {
      log.error({ err: error }, 'the session’s tokens cannot be read')
      return null
    })
    // Without a refresh token the session lasts as long as its access token, which the machine watches.
    if (tokens && tokens.refreshToken === null) return
    const reason = tokens?.refreshToken
      ? await keepFresh(generation, { ...tokens, refreshToken: tokens.refreshToken }, signal, ports)
      : 'not-renewed'
    if (!signal.aborted) dispatch({ kind: 'sessionLost', generation, reason })
  }

  function keepFresh(
    generation: number,
    tokens: SessionTokens & { refreshToken: string },
    signal: AbortSignal,
    ports: SessionPorts,
  ): Promise<RefreshEnd> {
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

  function revoke(tokens: SessionTokens, { provider }: SessionPorts): Promise<unknown> {
    return revokeTokens({ provider, tokens, clock, signal: stopping.signal, log })
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
        case 'activity':
          return { accepted: dispatch({ kind: 'activity' }) }
        case 'signOut':
          return { accepted: dispatch({ kind: 'signOutRequested' }) }
        default:
          return assertNever(command)
      }
    },
    async stop() {
      deadline.abort()
      stopping.abort()
      running.abort(new Error('the helper stops'))
      await endSession(machine.generation, 'helper stopped')
      while (endings.size > 0) await Promise.allSettled(endings)
    },
  }
}
