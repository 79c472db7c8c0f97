/**
 * Decides what a session does next: `step(machine, event, nowMs)` answers the next state and the effects to perform.
 * Pure. Never reads a clock, never sees a token.
 */
import { assertNever, type TroubleCode } from '../../contract/kiosk-error.ts'
import type { EndReason, SessionState } from '../../contract/session-state.ts'
import { giveBackCode, settleCode } from './code-budget.ts'
import type { ResumedSession, SessionEvent, SessionPolicy } from './session-event.ts'
import {
  endSession,
  replaceCode,
  requestCode,
  rest,
  restartSignIn,
  revoke,
  type SessionMachine,
  type Step,
  show,
  showTrouble,
  stay,
} from './session-steps.ts'

/** How soon a device that was turned away in the middle of a code asks again. */
export const REFUSED_SCREEN_MS = 20_000
/** How long the screen says that a sign-in was declined on the phone, before it asks again. */
export const DECLINED_SCREEN_MS = 8_000

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
      return event.resumed
        ? resume({ ...machine, policy: event.policy }, event.resumed, event.policy, nowMs)
        : rest({ ...machine, policy: event.policy }, nowMs)
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
      return show(settle(machine, code), {
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
    case 'signInRestartOrdered':
      return restartSignIn(machine, nowMs)
    case 'sessionLost':
      if (session.kind !== 'confirming' && session.kind !== 'signedIn') return stay(machine)
      return endSession(machine, event.reason, nowMs)
    case 'deviceRefused':
      return refuseDevice(machine, event, nowMs)
    case 'screenLost':
      if (session.kind === 'awaitingApproval') return replaceCode(machine, nowMs, 'new-screen')
      if (session.kind === 'signedIn' && machine.policy?.endOnScreenCrash === false) return stay(machine)
      if (session.kind === 'confirming' || session.kind === 'signedIn') return endSession(machine, 'screen-lost', nowMs)
      return stay(machine)
    case 'revokeOrdered':
      return revoke(machine, nowMs)
    case 'wipeOrdered':
      return wipe(machine, nowMs)
    case 'settingsChanged':
      // Without a policy no code is asked for: the old provider hears nothing any more.
      return windUp({ ...machine, policy: null }, nowMs)
    case 'stopping':
      return windUp(machine, nowMs)
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
  return show(
    { ...machine, codeBudget: giveBackCode(machine.codeBudget) },
    { kind: 'signedIn', generation, displayName, since: nowMs, validUntil, idleUntil },
    [{ kind: 'keepRefreshed', generation }],
  )
}

/** The bundle may have changed over the restart: a session outlives neither its old limits nor the new ones. */
function resume(machine: SessionMachine, resumed: ResumedSession, policy: SessionPolicy, nowMs: number): Step {
  const { generation, displayName, since, tokensExpireAtMs } = resumed
  const validUntil = Math.min(resumed.validUntil, since + policy.shiftMs)
  const newIdleUntil = policy.idleMs === null ? null : nowMs + policy.idleMs
  const idleUntil = newIdleUntil === null ? null : Math.min(resumed.idleUntil ?? newIdleUntil, newIdleUntil)
  return show(
    { ...machine, generation, tokensExpireAtMs },
    { kind: 'signedIn', generation, displayName, since, validUntil, idleUntil },
    [{ kind: 'keepRefreshed', generation }],
  )
}

/** Whatever goes on ends; the vault is destroyed also where nobody is signed in. */
function wipe(machine: SessionMachine, nowMs: number): Step {
  const { kind } = machine.session
  if (kind === 'unprovisioned' || kind === 'starting') return stay(machine)
  const ended = endSession(machine, 'wiped', nowMs)
  return { ...ended, effects: [...ended.effects, { kind: 'destroyVault' }] }
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

/** A code that was asked for, and never came for the gateway's sake, counts for nothing. */
function settle(machine: SessionMachine, code: TroubleCode): SessionMachine {
  if (machine.session.kind !== 'preparing') return machine
  return { ...machine, codeBudget: settleCode(machine.codeBudget, code) }
}

/**
 * A person in the middle of something learns it at once, and nothing of theirs stays. Whoever comes to a kiosk at rest learns it
 * with the touch, which asks the gateway again.
 */
function refuseDevice(machine: SessionMachine, event: SessionEvent & { kind: 'deviceRefused' }, nowMs: number): Step {
  const { code, reason: providerError } = event
  switch (machine.session.kind) {
    case 'confirming':
    case 'signedIn':
      return endSession(machine, 'device-refused', nowMs)
    case 'preparing':
    case 'awaitingApproval': {
      const retryAt = nowMs + REFUSED_SCREEN_MS
      return show(
        settle(machine, code),
        { kind: 'trouble', code, providerError, since: nowMs, retryAt, notBefore: null },
        [{ kind: 'abandonCode', generation: machine.generation }],
      )
    }
    default:
      return stay(machine)
  }
}

/** What is on the glass is true until the helper is gone: no session that is over, no code that nobody polls. */
function windUp(machine: SessionMachine, nowMs: number): Step {
  switch (machine.session.kind) {
    case 'confirming':
    case 'signedIn':
      return endSession(machine, 'restarted', nowMs)
    case 'preparing':
    case 'awaitingApproval':
      return show(machine, { kind: 'starting' }, [{ kind: 'abandonCode', generation: machine.generation }])
    default:
      return stay(machine)
  }
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
