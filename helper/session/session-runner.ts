/** Performs what the session machine decides: codes, polling, vault, sign-out. Never decides anything about a sign-in itself. */
import type { AccessTokenAnswer, AccessTokenRequest } from '../../contract/access-token.ts'
import type { Command, CommandResult } from '../../contract/commands.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { assertNever, KioskError } from '../../contract/kiosk-error.ts'
import type { SessionState } from '../../contract/session-state.ts'
import type { ConfirmedSession } from '../activation/activation.ts'
import type { AuditRecorder } from '../audit/audit-trail.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import type { IdentityProvider } from '../oauth/identity-provider.ts'
import type { FoundHandover, HandedSession } from '../vault/handover.ts'
import type { KioskVault } from '../vault/open-kiosk-vault.ts'
import { eventOf } from './command-event.ts'
import { createSessionDeparture, type SessionDeparture } from './session-departure.ts'
import type { SessionEffect, SessionEvent, SessionPolicy } from './session-event.ts'
import { sessionFault } from './session-fault.ts'
import { createSessionKeeper, type SessionKeeper, type TokenTimes } from './session-keeper.ts'
import { nextDeadlineMs, step } from './session-machine.ts'
import { INITIAL_MACHINE, type SessionMachine } from './session-steps.ts'
import { createSessionWork } from './session-work.ts'
import { createSignIn } from './sign-in.ts'

export type SessionPorts = {
  identity: KioskConfig['identity']
  provider: IdentityProvider
  vault: KioskVault
}

/** What became of a renewal that was wanted at once; of the failures, in the words of a receipt. */
export type RenewalEnd = 'renewed' | 'no-session' | 'not-renewable' | 'session-lost' | 'provider-unreachable'

export type SessionRunner = Pick<SessionDeparture, 'isHandedOver' | 'revoke' | 'wipe' | 'stop' | 'lastLook'> & {
  /** Begins, with the session that the helper before this one handed over, if there is one and it may go on. */
  start(policy: SessionPolicy): Promise<void>
  dispatch(event: SessionEvent): void
  command(command: Command): CommandResult
  /** Renews the tokens of the session on the screen at once. */
  renewNow(): Promise<RenewalEnd>
  /** The token of the session on the screen, and of no other. */
  accessToken(request: AccessTokenRequest): Promise<AccessTokenAnswer>
  /** Ended tokens of which the provider has not been told yet. */
  isRevoking(): boolean
}

/**
 * @param ports null while the kiosk is not provisioned; the machine asks for nothing then
 * @param onChange called with every new state, before its effects begin: the screen comes first
 */
export function createSessionRunner(options: {
  ports: SessionPorts | null
  clock: KioskClock
  log: Log
  audit: AuditRecorder
  /** What the helper before this one left. */
  handover: FoundHandover
  onChange: (session: SessionState) => void
  /** A session leaves for the next helper: what is on the glass may stay. */
  onLeaving: () => Promise<void>
  /** The vault was destroyed on order: only a fresh process makes a new one. */
  onDestroyed: () => void
  /** Somebody pressed on the screen that it is them. */
  onConfirmed?: (session: ConfirmedSession) => void
  /** Tokens were stored, or are gone (null). */
  onTokenTimes?: (times: TokenTimes | null) => void
}): SessionRunner {
  const { ports, clock, log, audit, handover, onChange, onLeaving, onDestroyed, onConfirmed } = options
  const { onTokenTimes = () => {} } = options
  const keeper = ports ? createSessionKeeper({ ...ports, clock, log, audit, onTokenTimes }) : null
  let machine: SessionMachine = INITIAL_MACHINE
  /** Of the wait for the present state's own end. */
  let deadline = new AbortController()
  /** While a session of the helper before this one is taken over: it is neither a handover nor shown yet. */
  let resuming: Promise<void> | null = null
  /** Resolves when the beginning of the session is on record, or cannot be: before that no app gets its token. */
  let begun: Promise<unknown> = Promise.resolve()

  const work = createSessionWork(log)
  const departure = createSessionDeparture({
    keeper,
    keeperOf,
    vault: ports?.vault ?? null,
    clock,
    work,
    machine: () => machine,
    dispatch: (event) => void dispatch(event),
    handover,
    onLeaving,
    onDestroyed,
  })
  const signIn = createSignIn({
    ports: () => ({ ...portsOf(), keeper: keeperOf() }),
    clock,
    log,
    audit,
    dispatch: (event) => void dispatch(event),
  })

  /** Nothing asks for either before the kiosk is provisioned. */
  function portsOf(): SessionPorts {
    if (ports) return ports
    throw new KioskError('unexpected', 'asked for a code without a bundle')
  }
  function keeperOf(): SessionKeeper {
    if (keeper) return keeper
    throw new KioskError('unexpected', 'a session was begun without a bundle')
  }

  function dispatch(event: SessionEvent): boolean {
    if (!departure.admits(event)) return false
    const before = machine
    const { machine: after, effects } = step(before, event, clock.nowMs())
    machine = after
    if (after.session !== before.session) {
      log.info({
        event: event.kind,
        from: before.session.kind,
        to: after.session.kind,
        generation: after.generation,
        ...sessionFault(after.session),
      })
      armDeadline()
      onChange(after.session)
    }
    for (const effect of effects) perform(effect)
    if (event.kind === 'presenceConfirmed' && before.session.kind === 'confirming') tellConfirmed(after.generation)
    return after !== before || effects.length > 0
  }

  function tellConfirmed(generation: number): void {
    begun = audit.record({ event: 'session.started', generation, user: keeperOf().userOf(generation) })
    onConfirmed?.({ generation, readUserKey: () => keeperOf().readUserKey(generation) })
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
        work.begin((signal) => signIn.run(effect.generation, signal))
        break
      case 'abandonCode':
        work.abort('the code left the screen')
        break
      case 'keepRefreshed':
        work.begin((signal) => runRefresh(effect.generation, signal))
        break
      case 'endSession':
        // A late approval ends its own session, not the code that has taken its place on the screen.
        if (effect.generation === machine.generation) work.abort('the session ended')
        departure.end(effect)
        break
      case 'destroyVault':
        departure.destroyVault()
        break
      default:
        assertNever(effect)
    }
  }

  async function runRefresh(generation: number, signal: AbortSignal): Promise<void> {
    const reason = await keeperOf().keepFresh(generation, signal, departure.pausing)
    if (reason !== null && !signal.aborted) dispatch({ kind: 'sessionLost', generation, reason })
  }

  /** A code's successor, a question and an end have other states: there is no token for them. */
  function isSignedIn(generation: number): boolean {
    return !departure.isFrozen() && machine.session.kind === 'signedIn' && machine.session.generation === generation
  }

  async function answerAccessToken({ generation, rejectedSerial }: AccessTokenRequest): Promise<AccessTokenAnswer> {
    const none: AccessTokenAnswer = { kind: 'none', reason: 'not-signed-in' }
    if (!isSignedIn(generation)) return none
    await begun
    const answer = await keeperOf().accessToken(generation, rejectedSerial, work.signal())
    // It may have ended while the vault was read.
    return isSignedIn(generation) ? answer : none
  }

  async function resume({ tokens, screenId: _, rules: __, ...resumed }: HandedSession, policy: SessionPolicy) {
    try {
      await keeperOf().keep(resumed.generation, tokens, departure.stopping)
    } catch (error) {
      log.error({ err: error, event: 'session.resume-failed' }, 'a handed-over session cannot be kept')
      const { generation } = resumed
      void audit.record({ event: 'session.ended', generation, user: tokens.userKey, reason: 'not-resumed' })
      dispatch({ kind: 'provisioned', policy, resumed: null })
      return
    }
    log.info({ event: 'session.resumed', generation: resumed.generation })
    begun = audit.record({ event: 'session.resumed', generation: resumed.generation, user: tokens.userKey })
    dispatch({ kind: 'provisioned', policy, resumed })
  }

  return {
    dispatch: (event) => {
      dispatch(event)
    },
    command(command) {
      if (departure.takeCommand(command)) return { accepted: true }
      // While the helper restarts nothing begins any more, but a session that should be over is.
      const isEnding = command.kind === 'restartSignIn' && departure.pausing.aborted
      return { accepted: dispatch(isEnding ? { kind: 'signOutRequested' } : eventOf(command)) }
    },
    isHandedOver: () => departure.isHandedOver() || resuming !== null,
    async revoke() {
      if (resuming) await resuming
      await departure.revoke()
    },
    async wipe() {
      if (resuming) await resuming
      return departure.wipe()
    },
    async renewNow() {
      if (departure.isFrozen() || machine.session.kind !== 'signedIn') return 'no-session'
      const { generation } = machine.session
      const end = await keeperOf().renewNow(generation, work.signal())
      if (end !== 'provider-unreachable') return end
      return isSignedIn(generation) ? end : 'session-lost'
    },
    accessToken: answerAccessToken,
    isRevoking: () => keeper?.isRevoking() ?? false,
    async start(policy) {
      const found = departure.takeHandover()
      // Without a screen it was written under a bundle that let a session go on before any.
      const mayResume = found.kind === 'session' && (found.session.screenId !== null || !policy.endOnScreenCrash)
      if (found.kind === 'session' && mayResume) {
        resuming = resume(found.session, policy).finally(() => {
          resuming = null
        })
        await resuming
        return
      }
      keeperOf().dismiss(found)
      dispatch({ kind: 'provisioned', policy, resumed: null })
    },
    stop(how) {
      deadline.abort()
      return departure.stop(how)
    },
    lastLook: departure.lastLook,
  }
}
