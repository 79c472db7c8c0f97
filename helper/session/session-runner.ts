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
import type { SessionEffect, SessionEvent, SessionPolicy } from './session-event.ts'
import { sessionFault } from './session-fault.ts'
import { createSessionKeeper, type SessionKeeper, type TokenTimes } from './session-keeper.ts'
import { nextDeadlineMs, step } from './session-machine.ts'
import { INITIAL_MACHINE, type SessionMachine } from './session-steps.ts'
import { createSignIn } from './sign-in.ts'

export type SessionPorts = {
  identity: KioskConfig['identity']
  provider: IdentityProvider
  vault: KioskVault
}

/** What became of a renewal that was wanted at once; of the failures, in the words of a receipt. */
export type RenewalEnd = 'renewed' | 'no-session' | 'not-renewable' | 'session-lost' | 'provider-unreachable'

export type SessionRunner = {
  /** Begins, with the session that the helper before this one handed over, if there is one and it may go on. */
  start(policy: SessionPolicy): Promise<void>
  dispatch(event: SessionEvent): void
  command(command: Command): CommandResult
  /** A session that the helper before this one handed over, and nobody has gone on with yet. */
  isHandedOver(): boolean
  /**
   * Ends the session or the code, or, before the start, what would have been gone on with.
   *
   * @returns when nothing of it is left in the vault, nor for the next helper
   */
  revoke(): Promise<void>
  /** The same, and destroys the vault with its key; the helper ends afterwards. @returns whether all keys are gone */
  wipe(): Promise<boolean>
  /** Renews the tokens of the session on the screen at once. */
  renewNow(): Promise<RenewalEnd>
  /** The token of the session on the screen, and of no other. */
  accessToken(request: AccessTokenRequest): Promise<AccessTokenAnswer>
  /** Ended tokens of which the provider has not been told yet. */
  isRevoking(): boolean
  /**
   * Ends whatever runs, wipes the vault, and revokes what was in it; but a session in progress is handed over where the stop
   * is planned and the vault can.
   *
   * @param cancelled aborts when a planned stop has become a plain one
   * @param screenId the screen that shows the session, and alone may go on with it
   */
  stop(how: { planned: boolean; cancelled: AbortSignal; screenId: string | null }): Promise<void>
  /** After a stop, once no command can come any more: does what was ordered while it lasted. */
  lastLook(cancelled: AbortSignal): Promise<void>
}

/** What still counts while a planned stop waits for a renewal: nothing may begin any more. */
const ENDINGS: readonly SessionEvent['kind'][] = [
  'signOutRequested',
  'screenLost',
  'sessionLost',
  'revokeOrdered',
  'deviceRefused',
  'wipeOrdered',
  'stopping',
]

const ENDING_COMMANDS: readonly Command['kind'][] = ['signOut', 'restartSignIn', 'wipe']

/** How long a planned stop waits for a renewal that is under way; the old token goes on its way then. */
const PAUSE_LIMIT_MS = 4_000

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
  const { ports, clock, log, audit, onChange, onLeaving, onDestroyed, onConfirmed, onTokenTimes = () => {} } = options
  const keeper = ports ? createSessionKeeper({ ...ports, clock, log, audit, onTokenTimes }) : null
  let machine: SessionMachine = INITIAL_MACHINE
  /** Of the wait for the present state's own end. */
  let deadline = new AbortController()
  /** Of the code or the session in progress. */
  let running = new AbortController()
  let working: Promise<void> = Promise.resolve()
  /** Requests and wipes under way, which a stop waits for. */
  const endings = new Set<Promise<unknown>>()
  const stopping = new AbortController()
  /** Of a planned stop: no further renewal begins. */
  const pausing = new AbortController()
  /** On its way to the next helper, or to the end of this one: nothing that happens here reaches either. */
  let isFrozen = false
  let isHandedOver = false
  /** Resolves when it is known whether a session goes to the next helper. */
  let leaving: Promise<unknown> = Promise.resolve()
  let retracting: Promise<void> | null = null
  let destroying: Promise<boolean> | null = null
  /** The person, or an operator, ended a session that was on its way. */
  const taken = new AbortController()
  let isWipeOrdered = false
  /** Of the last session that ended: when nothing of it is left. */
  let wiped: Promise<unknown> = Promise.resolve()
  let handover = options.handover
  /** While a session of the helper before this one is taken over: it is neither a handover nor shown yet. */
  let resuming: Promise<void> | null = null
  /** Resolves when the beginning of the session is on record, or cannot be: before that no app gets its token. */
  let begun: Promise<unknown> = Promise.resolve()

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
    if (isFrozen || (pausing.signal.aborted && !ENDINGS.includes(event.kind))) return false
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
        begin((signal) => signIn.run(effect.generation, signal))
        break
      case 'abandonCode':
        running.abort(new Error('the code left the screen'))
        break
      case 'keepRefreshed':
        begin((signal) => runRefresh(effect.generation, signal))
        break
      case 'endSession':
        // A late approval ends its own session, not the code that has taken its place on the screen.
        if (effect.generation === machine.generation) running.abort(new Error('the session ended'))
        wiped = keeperOf().end(effect.generation, effect.reason)
        track(wiped)
        break
      case 'destroyVault':
        destroyVault()
        break
      default:
        assertNever(effect)
    }
  }

  function destroyVault(): void {
    wiped = destroy().finally(onDestroyed)
    track(wiped)
    isFrozen = true
  }

  function destroy(): Promise<boolean> {
    destroying ??= keeperOf().destroy()
    return destroying
  }

  async function retract(): Promise<void> {
    retracting ??= keeper?.retract() ?? null
    await retracting
  }

  /** Of a session on its way to the next helper; resolves when that one could not find it any more. */
  async function takeBack(why: string): Promise<void> {
    taken.abort(new Error(why))
    // What was not handed over after all is ended by the stop, which goes on before this does.
    await leaving
    if (isHandedOver) await retract()
    await wiped
  }

  /** Nothing has begun yet: what would be gone on with is revoked. */
  function dropHandover(): void {
    keeper?.dismiss(handover)
    handover = { kind: 'none' }
  }

  function track(ending: Promise<unknown>): void {
    endings.add(ending)
    void ending.finally(() => endings.delete(ending))
  }

  /** Single flight: what ran before is aborted. */
  function begin(work: (signal: AbortSignal) => Promise<void>): void {
    running.abort(new Error('something newer began'))
    running = new AbortController()
    const { signal } = running
    working = work(signal).catch((error: unknown) => {
      if (!signal.aborted) log.error({ err: error }, 'session work failed')
    })
    // A stop waits for an answer that is on its way: the tokens in it are revoked.
    track(working)
  }

  async function runRefresh(generation: number, signal: AbortSignal): Promise<void> {
    const reason = await keeperOf().keepFresh(generation, signal, pausing.signal)
    if (reason !== null && !signal.aborted) dispatch({ kind: 'sessionLost', generation, reason })
  }

  /** A renewal under way is waited for: its answer may have replaced the refresh token already. */
  async function pause(): Promise<void> {
    pausing.abort(new Error('the helper restarts'))
    const limit = new AbortController()
    void working.finally(() => limit.abort())
    await clock.wait(PAUSE_LIMIT_MS, limit.signal).catch(() => {
      // It has been stored.
    })
  }

  /** @returns whether the next helper goes on with the session of this one */
  async function handOver(screenId: string | null, cancelled: AbortSignal): Promise<boolean> {
    if (machine.session.kind !== 'signedIn' || !ports?.vault.canHandOver) return false
    // Nobody could say before which screen it may go on.
    if (screenId === null && machine.policy?.endOnScreenCrash) return false
    await pause()
    if (machine.session.kind !== 'signedIn') return false
    isFrozen = true
    await onLeaving()
    const { generation, displayName, since, validUntil, idleUntil } = machine.session
    const { tokensExpireAtMs } = machine
    const session = { generation, displayName, since, validUntil, idleUntil, tokensExpireAtMs, screenId }
    return keeperOf().handOver(session, AbortSignal.any([cancelled, taken.signal]))
  }

  /** A code's successor, a question and an end have other states: there is no token for them. */
  function isSignedIn(generation: number): boolean {
    return !isFrozen && machine.session.kind === 'signedIn' && machine.session.generation === generation
  }

  async function answerAccessToken({ generation, rejectedSerial }: AccessTokenRequest): Promise<AccessTokenAnswer> {
    const none: AccessTokenAnswer = { kind: 'none', reason: 'not-signed-in' }
    if (!isSignedIn(generation)) return none
    await begun
    const answer = await keeperOf().accessToken(generation, rejectedSerial, running.signal)
    // It may have ended while the vault was read.
    return isSignedIn(generation) ? answer : none
  }

  async function resume({ tokens, screenId: _, rules: __, ...resumed }: HandedSession, policy: SessionPolicy) {
    try {
      await keeperOf().keep(resumed.generation, tokens, stopping.signal)
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
      if (isFrozen && ENDING_COMMANDS.includes(command.kind)) {
        taken.abort(new Error('the session was ended on its way to the next helper'))
        isWipeOrdered ||= command.kind === 'wipe'
        return { accepted: true }
      }
      // While the helper restarts nothing begins any more, but a session that should be over is.
      const isEnding = command.kind === 'restartSignIn' && pausing.signal.aborted
      return { accepted: dispatch(isEnding ? { kind: 'signOutRequested' } : eventOf(command)) }
    },
    isHandedOver: () => handover.kind === 'session' || resuming !== null,
    async revoke() {
      dropHandover()
      if (resuming) await resuming
      if (isFrozen) return takeBack('operations ended the session on its way to the next helper')
      dispatch({ kind: 'revokeOrdered' })
      await wiped
    },
    async wipe() {
      dropHandover()
      if (resuming) await resuming
      if (isFrozen) {
        isWipeOrdered = true
        await takeBack('the wipe was ordered on the session’s way to the next helper')
        return destroy()
      }
      if (machine.session.kind === 'starting') destroyVault()
      else dispatch({ kind: 'wipeOrdered' })
      await wiped
      return (await destroying) ?? false
    },
    async renewNow() {
      if (isFrozen || machine.session.kind !== 'signedIn') return 'no-session'
      const { generation } = machine.session
      const end = await keeperOf().renewNow(generation, running.signal)
      if (end !== 'provider-unreachable') return end
      return isSignedIn(generation) ? end : 'session-lost'
    },
    accessToken: answerAccessToken,
    isRevoking: () => keeper?.isRevoking() ?? false,
    async start(policy) {
      const found = handover
      handover = { kind: 'none' }
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
    async stop({ planned, cancelled, screenId }) {
      deadline.abort()
      dropHandover()
      if (planned) {
        leaving = handOver(screenId, cancelled).then((isLeft) => {
          isHandedOver = isLeft
        })
        await leaving
      }
      stopping.abort()
      if (!isHandedOver) {
        isFrozen = false
        dispatch({ kind: 'stopping' })
      }
      isFrozen = true
      running.abort(new Error('the helper stops'))
      if (!isHandedOver) {
        while (endings.size > 0) await Promise.allSettled(endings)
        // Whatever came in at the last moment.
        await keeper?.end(machine.generation, 'helper stopped')
      }
      await keeper?.settle()
    },
    async lastLook(cancelled) {
      if (isHandedOver && (cancelled.aborted || taken.signal.aborted)) await retract()
      if (isWipeOrdered) await destroy()
      await keeper?.settle()
    },
  }
}
