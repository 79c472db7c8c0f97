/**
 * Decides what a session does next: `step(machine, event, nowMs)` answers the next state and the effects to perform.
 * Pure. Never reads a clock, never sees a token.
 */
import { assertNever, type TroubleCode } from '../../contract/kiosk-error.ts'
import type { EndReason, ReplacedBecause, SessionState } from '../../contract/session-state.ts'
import { type CodeBudget, FULL_BUDGET, spendCode } from './code-budget.ts'
import type { SessionEffect, SessionEvent, SessionPolicy } from './session-event.ts'

/** How long the screen says why a session ended. */
export const ENDED_SCREEN_MS = 3_000
/** How long the screen says that a sign-in was declined on the phone, before it asks again. */
export const DECLINED_SCREEN_MS = 8_000

export type SessionMachine = {
  policy: SessionPolicy | null
  /** Of the newest code; grows with every code that is asked for. */
  generation: number
  /** Codes shown since somebody last touched the screen. */
  unattendedCodes: number
  codeBudget: CodeBudget
  /** When the tokens die and cannot be renewed; null without tokens, or while a refresh token renews them. */
  tokensExpireAtMs: number | null
  session: SessionState
}

export type Step = { machine: SessionMachine; effects: SessionEffect[] }

export const INITIAL_MACHINE: SessionMachine = {
  policy: null,
  generation: 0,
  unattendedCodes: 0,
  codeBudget: FULL_BUDGET,
  tokensExpireAtMs: null,
  session: { kind: 'starting' },
}

/** Ends that nobody at the kiosk wished for. */
const CUT_SHORT: readonly EndReason[] = ['provider-ended', 'not-renewed']
/** A session that is used says so at most this often: every change of state is painted. */
const ACTIVITY_STEP_MS = 1_000

/** The next moment at which the present state ends by itself, or null; feed `deadlineReached` then. */
export function nextDeadlineMs({ kind, ...session }: SessionState): number | null {
  if ('expiresAtMs' in session) return session.expiresAtMs
  if ('confirmByMs' in session) return session.confirmByMs
  if ('validUntil' in session) return Math.min(session.validUntil, session.idleUntil ?? session.validUntil)
  if ('untilMs' in session) return session.untilMs
  if ('retryAt' in session) return session.retryAt
  return null
}

function stay(machine: SessionMachine): Step {
  return { machine, effects: [] }
}

function show(machine: SessionMachine, session: SessionState, effects: SessionEffect[] = []): Step {
  return { machine: { ...machine, session }, effects }
}

function showTrouble(machine: SessionMachine, code: TroubleCode, nowMs: number, retryAt: number): Step {
  // Against the kiosk's own limit a touch could do nothing.
  const notBefore = code === 'too-many-codes' ? retryAt : null
  return show(machine, { kind: 'trouble', code, providerError: null, since: nowMs, retryAt, notBefore })
}

/** Asks for a code unless nobody has been there for too long (RFC 8628 §3.5: after expiry, wait for the person). */
function requestCode(machine: SessionMachine, nowMs: number, renewal: ReplacedBecause | 'new-screen' = null): Step {
  if (!machine.policy || machine.unattendedCodes >= machine.policy.maxUnattendedCodes) {
    return show(machine, { kind: 'attract' })
  }
  const spent = spendCode(machine.codeBudget, nowMs)
  if ('waitUntilMs' in spent) {
    return showTrouble(machine, 'too-many-codes', nowMs, spent.waitUntilMs)
  }
  const generation = machine.generation + 1
  const reason = renewal === null ? 'request' : 'renewal'
  const replacedBecause = renewal === 'new-screen' ? null : renewal
  return {
    machine: {
      ...machine,
      generation,
      codeBudget: spent.budget,
      session: { kind: 'preparing', generation, reason, replacedBecause },
    },
    effects: [{ kind: 'requestCode', generation }],
  }
}

function replaceCode(machine: SessionMachine, nowMs: number, renewal: 'expired' | 'new-screen'): Step {
  const renewed = requestCode(machine, nowMs, renewal)
  return { ...renewed, effects: [{ kind: 'abandonCode', generation: machine.generation }, ...renewed.effects] }
}

/** Where the kiosk waits when nothing is going on. */
function rest(machine: SessionMachine, nowMs: number): Step {
  if (machine.policy?.start !== 'always') return show(machine, { kind: 'attract' })
  return requestCode(machine, nowMs)
}

function endSession(machine: SessionMachine, reason: EndReason, nowMs: number): Step {
  const { generation } = machine
  // Whoever ended a session is at the screen, or was: the count of unattended codes begins anew.
  return show(
    { ...machine, unattendedCodes: 0, tokensExpireAtMs: null },
    { kind: 'ended', reason, untilMs: nowMs + ENDED_SCREEN_MS },
    [{ kind: 'endSession', generation, reason }],
  )
}

function reachDeadline(machine: SessionMachine, nowMs: number): Step {
  const { session } = machine
  const deadlineMs = nextDeadlineMs(session)
  if (deadlineMs === null || nowMs < deadlineMs) return stay(machine)
  switch (session.kind) {
    case 'awaitingApproval':
      return replaceCode(machine, nowMs, 'expired')
    case 'confirming':
      return endSession(machine, 'not-confirmed', nowMs)
    case 'signedIn':
      return endSession(machine, nowMs >= session.validUntil ? 'shift-over' : 'idle', nowMs)
    case 'ended':
      // Whose session was cut short is probably still there and wants to go on.
      return CUT_SHORT.includes(session.reason) ? requestCode(machine, nowMs) : rest(machine, nowMs)
    case 'trouble':
      return requestCode(machine, nowMs)
    default:
      return stay(machine)
  }
}

function touch(machine: SessionMachine, nowMs: number): Step {
  const { session } = machine
  const attended = { ...machine, unattendedCodes: 0 }
  switch (session.kind) {
    case 'attract':
      return requestCode(attended, nowMs)
    case 'trouble':
      return nowMs < (session.notBefore ?? 0) ? stay(attended) : requestCode(attended, nowMs)
    case 'ended':
      return rest(attended, nowMs)
    case 'preparing':
      return stay(attended)
    case 'awaitingApproval':
      return stay({ ...attended, unattendedCodes: 1 })
    default:
      return stay(machine)
  }
}

/** Drops what belongs to another code than the one on screen. */
function isLate(machine: SessionMachine, event: SessionEvent): boolean {
  return 'generation' in event && event.generation !== machine.generation
}

/**
 * The one decision of the helper.
 *
 * @param nowMs the helper's monotonic clock
 */
export function step(machine: SessionMachine, event: SessionEvent, nowMs: number): Step {
  const { session } = machine
  if (event.kind !== 'approved' && isLate(machine, event)) return stay(machine)
  switch (event.kind) {
    case 'provisioned':
      return rest({ ...machine, policy: event.policy }, nowMs)
    case 'unprovisioned':
      return show(machine, { kind: 'unprovisioned', problems: event.problems })
    case 'touched':
      return touch(machine, nowMs)
    case 'codeIssued':
      if (session.kind !== 'preparing') return stay(machine)
      return show(
        { ...machine, unattendedCodes: machine.unattendedCodes + 1 },
        {
          kind: 'awaitingApproval',
          generation: event.generation,
          ...event.code,
          replacedBecause: session.replacedBecause,
          pollTrouble: null,
        },
      )
    case 'pollFailed':
      return showPollTrouble(machine, event.code)
    case 'pollAnswered':
      return showPollTrouble(machine, null)
    case 'codeUsedUp':
      return session.kind === 'awaitingApproval' ? requestCode(machine, nowMs, event.why) : stay(machine)
    case 'grantFailed': {
      if (session.kind !== 'preparing' && session.kind !== 'awaitingApproval') return stay(machine)
      const { code, providerError, retryInMs, notBeforeInMs } = event
      const notBefore = notBeforeInMs === null ? null : nowMs + notBeforeInMs
      return show(machine, {
        kind: 'trouble',
        code,
        providerError,
        since: nowMs,
        retryAt: nowMs + retryInMs,
        notBefore,
      })
    }
    case 'declined':
      if (session.kind !== 'awaitingApproval') return stay(machine)
      // Somebody with a phone stood here a moment ago.
      return showTrouble({ ...machine, unattendedCodes: 0 }, 'sign-in-declined', nowMs, nowMs + DECLINED_SCREEN_MS)
    case 'approved':
      return approve(machine, event, nowMs)
    case 'presenceConfirmed':
      return confirmPresence(machine, nowMs)
    case 'presenceDenied':
      return session.kind === 'confirming' ? endSession(machine, 'not-me', nowMs) : stay(machine)
    case 'activity':
      return noteActivity(machine, nowMs)
    case 'signOutRequested':
      if (session.kind === 'confirming' || session.kind === 'signedIn') return endSession(machine, 'signed-out', nowMs)
      return stay(machine)
    case 'sessionLost':
      if (session.kind !== 'confirming' && session.kind !== 'signedIn') return stay(machine)
      return endSession(machine, event.reason, nowMs)
    case 'screenLost':
      if (session.kind === 'awaitingApproval') return replaceCode(machine, nowMs, 'new-screen')
      if (session.kind === 'confirming' || session.kind === 'signedIn') return endSession(machine, 'screen-lost', nowMs)
      return stay(machine)
    case 'woke':
      return wake(machine, nowMs)
    case 'deadlineReached':
      return reachDeadline(machine, nowMs)
    default:
      return assertNever(event)
  }
}

function approve(machine: SessionMachine, event: SessionEvent & { kind: 'approved' }, nowMs: number): Step {
  const { generation, displayName, expiresAtMs } = event
  if (machine.session.kind !== 'awaitingApproval' || !machine.policy || isLate(machine, event)) {
    // The code left the screen while its approval was under way: nobody here can confirm it, so nothing may stay.
    return { machine, effects: [{ kind: 'endSession', generation, reason: 'not-confirmed' }] }
  }
  const confirmByMs = nowMs + machine.policy.confirmMs
  return show(
    { ...machine, unattendedCodes: 0, tokensExpireAtMs: expiresAtMs },
    { kind: 'confirming', generation, displayName, confirmByMs },
  )
}

function confirmPresence(machine: SessionMachine, nowMs: number): Step {
  const { session, policy, tokensExpireAtMs } = machine
  if (session.kind !== 'confirming' || !policy) return stay(machine)
  const { generation, displayName } = session
  const shiftEndMs = nowMs + policy.shiftMs
  const validUntil = tokensExpireAtMs === null ? shiftEndMs : Math.min(shiftEndMs, tokensExpireAtMs)
  const idleUntil = policy.idleMs === null ? null : nowMs + policy.idleMs
  return show(machine, { kind: 'signedIn', generation, displayName, since: nowMs, validUntil, idleUntil }, [
    { kind: 'keepRefreshed', generation },
  ])
}

function noteActivity(machine: SessionMachine, nowMs: number): Step {
  const { session, policy } = machine
  if (session.kind !== 'signedIn' || session.idleUntil === null || !policy || policy.idleMs === null)
    return stay(machine)
  const idleUntil = nowMs + policy.idleMs
  return idleUntil - session.idleUntil < ACTIVITY_STEP_MS ? stay(machine) : show(machine, { ...session, idleUntil })
}

function showPollTrouble(machine: SessionMachine, pollTrouble: TroubleCode | null): Step {
  const { session } = machine
  if (session.kind !== 'awaitingApproval' || session.pollTrouble === pollTrouble) return stay(machine)
  return show(machine, { ...session, pollTrouble })
}

/** After a sleep nobody knows who stands there: only a session within all its limits goes on. */
function wake(machine: SessionMachine, nowMs: number): Step {
  switch (machine.session.kind) {
    case 'awaitingApproval':
      return replaceCode(machine, nowMs, 'expired')
    case 'confirming':
      return endSession(machine, 'not-confirmed', nowMs)
    default:
      return reachDeadline(machine, nowMs)
  }
}
