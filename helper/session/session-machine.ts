/**
 * Decides what a session does next: `step(machine, event, nowMs)` answers the next state and the effects to perform.
 * Pure. Never reads a clock, never sees a token.
 */
import { assertNever, type TroubleCode } from '../../contract/kiosk-error.ts'
import type { EndReason, ProvisioningProblem, SessionState } from '../../contract/session-state.ts'
import { type CodeBudget, FULL_BUDGET, spendCode } from './code-budget.ts'

/** How long the screen says why a session ended. */
export const ENDED_SCREEN_MS = 3_000
/** How long the screen says that a sign-in was declined on the phone, before it asks again. */
export const DECLINED_SCREEN_MS = 8_000

export type SessionPolicy = {
  start: 'touch' | 'always'
  confirmMs: number
  maxUnattendedCodes: number
  shiftMs: number
}

/** A code as the provider issued it; the device code itself stays with the grant. */
export type IssuedCode = {
  userCode: string
  verificationUri: string
  qrText: string
  codePrefilled: boolean
  /** When the answer with the code arrived and when the code dies, on the helper's monotonic clock. */
  issuedAtMs: number
  expiresAtMs: number
}

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

export type SessionEvent =
  | { kind: 'provisioned'; policy: SessionPolicy }
  | { kind: 'unprovisioned'; problems: ProvisioningProblem[] }
  | { kind: 'touched' }
  | { kind: 'codeIssued'; generation: number; code: IssuedCode }
  | { kind: 'codeUsedUp'; generation: number }
  | { kind: 'grantFailed'; generation: number; code: TroubleCode; retryInMs: number }
  | { kind: 'declined'; generation: number }
  /** `expiresAtMs` is when the tokens die and cannot be renewed, or null while a refresh token renews them. */
  | { kind: 'approved'; generation: number; displayName: string; expiresAtMs: number | null }
  | { kind: 'presenceConfirmed'; generation: number }
  | { kind: 'presenceDenied'; generation: number }
  | { kind: 'signOutRequested' }
  | { kind: 'sessionLost'; generation: number }
  /** The shell died: nobody knows who stands before the next screen. */
  | { kind: 'screenLost' }
  | { kind: 'deadlineReached' }

export type SessionEffect =
  | { kind: 'requestCode'; generation: number }
  /** Stop polling for this code; a late answer is dropped. */
  | { kind: 'abandonCode'; generation: number }
  | { kind: 'keepRefreshed'; generation: number }
  /** Wipe the vault, then revoke at the provider. */
  | { kind: 'endSession'; generation: number; reason: EndReason }

export type Step = { machine: SessionMachine; effects: SessionEffect[] }

export const INITIAL_MACHINE: SessionMachine = {
  policy: null,
  generation: 0,
  unattendedCodes: 0,
  codeBudget: FULL_BUDGET,
  tokensExpireAtMs: null,
  session: { kind: 'starting' },
}

/** The next moment at which the present state ends by itself, or null; feed `deadlineReached` then. */
export function nextDeadlineMs({ kind, ...session }: SessionState): number | null {
  if ('expiresAtMs' in session) return session.expiresAtMs
  if ('confirmByMs' in session) return session.confirmByMs
  if ('validUntil' in session) return session.validUntil
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

/** Asks for a code unless nobody has been there for too long (RFC 8628 §3.5: after expiry, wait for the person). */
function requestCode(machine: SessionMachine, reason: 'request' | 'renewal', nowMs: number): Step {
  if (!machine.policy || machine.unattendedCodes >= machine.policy.maxUnattendedCodes) {
    return show(machine, { kind: 'attract' })
  }
  const spent = spendCode(machine.codeBudget, nowMs)
  if ('waitUntilMs' in spent) {
    return show(machine, { kind: 'trouble', code: 'too-many-codes', since: nowMs, retryAt: spent.waitUntilMs })
  }
  const generation = machine.generation + 1
  return {
    machine: {
      ...machine,
      generation,
      codeBudget: spent.budget,
      session: { kind: 'preparing', generation, reason },
    },
    effects: [{ kind: 'requestCode', generation }],
  }
}

function replaceCode(machine: SessionMachine, nowMs: number): Step {
  const renewed = requestCode(machine, 'renewal', nowMs)
  return { ...renewed, effects: [{ kind: 'abandonCode', generation: machine.generation }, ...renewed.effects] }
}

/** Where the kiosk waits when nothing is going on. */
function rest(machine: SessionMachine, nowMs: number): Step {
  if (machine.policy?.start !== 'always') return show(machine, { kind: 'attract' })
  return requestCode(machine, 'request', nowMs)
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
      return replaceCode(machine, nowMs)
    case 'confirming':
      return endSession(machine, 'not-confirmed', nowMs)
    case 'signedIn':
      return endSession(machine, 'shift-over', nowMs)
    case 'ended':
      return rest(machine, nowMs)
    case 'trouble':
      return requestCode(machine, 'request', nowMs)
    default:
      return stay(machine)
  }
}

function touch(machine: SessionMachine, nowMs: number): Step {
  const attended = { ...machine, unattendedCodes: 0 }
  switch (machine.session.kind) {
    case 'attract':
    case 'trouble':
      return requestCode(attended, 'request', nowMs)
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
        { kind: 'awaitingApproval', generation: event.generation, ...event.code },
      )
    case 'codeUsedUp':
      return session.kind === 'awaitingApproval' ? requestCode(machine, 'renewal', nowMs) : stay(machine)
    case 'grantFailed':
      if (session.kind !== 'preparing' && session.kind !== 'awaitingApproval') return stay(machine)
      return show(machine, { kind: 'trouble', code: event.code, since: nowMs, retryAt: nowMs + event.retryInMs })
    case 'declined':
      if (session.kind !== 'awaitingApproval') return stay(machine)
      // Somebody with a phone stood here a moment ago.
      return show(
        { ...machine, unattendedCodes: 0 },
        { kind: 'trouble', code: 'sign-in-declined', since: nowMs, retryAt: nowMs + DECLINED_SCREEN_MS },
      )
    case 'approved':
      return approve(machine, event, nowMs)
    case 'presenceConfirmed':
      return confirmPresence(machine, nowMs)
    case 'presenceDenied':
      return session.kind === 'confirming' ? endSession(machine, 'not-me', nowMs) : stay(machine)
    case 'signOutRequested':
      if (session.kind === 'confirming' || session.kind === 'signedIn') return endSession(machine, 'signed-out', nowMs)
      return stay(machine)
    case 'sessionLost':
      if (session.kind !== 'confirming' && session.kind !== 'signedIn') return stay(machine)
      return endSession(machine, 'provider-ended', nowMs)
    case 'screenLost':
      if (session.kind === 'awaitingApproval') return replaceCode(machine, nowMs)
      if (session.kind === 'confirming' || session.kind === 'signedIn') return endSession(machine, 'screen-lost', nowMs)
      return stay(machine)
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
  return show(machine, { kind: 'signedIn', generation, displayName, since: nowMs, validUntil }, [
    { kind: 'keepRefreshed', generation },
  ])
}
