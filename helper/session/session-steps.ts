/**
 * The steps that several events of the session machine take: asking for a code, resting, ending.
 * Pure. Never reads a clock, never sees a token.
 */
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import type { EndReason, ReplacedBecause, SessionState } from '../../contract/session-state.ts'
import { type CodeBudget, FULL_BUDGET, spendCode } from './code-budget.ts'
import type { SessionEffect, SessionPolicy } from './session-event.ts'

/** How long the screen says why a session ended. */
export const ENDED_SCREEN_MS = 3_000
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

export function stay(machine: SessionMachine): Step {
  return { machine, effects: [] }
}

export function show(machine: SessionMachine, session: SessionState, effects: SessionEffect[] = []): Step {
  return { machine: { ...machine, session }, effects }
}

export function showTrouble(machine: SessionMachine, code: TroubleCode, nowMs: number, retryAt: number): Step {
  // Against the kiosk's own limit a touch could do nothing.
  const notBefore = code === 'too-many-codes' ? retryAt : null
  return show(machine, { kind: 'trouble', code, providerError: null, since: nowMs, retryAt, notBefore })
}

/** Asks for a code unless nobody has been there for too long (RFC 8628 §3.5: after expiry, wait for the person). */
export function requestCode(
  machine: SessionMachine,
  nowMs: number,
  renewal: ReplacedBecause | 'new-screen' = null,
): Step {
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

export function replaceCode(machine: SessionMachine, nowMs: number, renewal: 'expired' | 'new-screen'): Step {
  const renewed = requestCode(machine, nowMs, renewal)
  return { ...renewed, effects: [{ kind: 'abandonCode', generation: machine.generation }, ...renewed.effects] }
}

/** Where the kiosk waits when nothing is going on. */
export function rest(machine: SessionMachine, nowMs: number): Step {
  if (machine.policy?.start !== 'always') return show(machine, { kind: 'attract' })
  return requestCode(machine, nowMs)
}

export function endSession(machine: SessionMachine, reason: EndReason, nowMs: number): Step {
  const { generation } = machine
  // Whoever ended a session is at the screen, or was: the count of unattended codes begins anew.
  return show(
    { ...machine, unattendedCodes: 0, tokensExpireAtMs: null },
    { kind: 'ended', reason, untilMs: nowMs + ENDED_SCREEN_MS },
    [{ kind: 'endSession', generation, reason }],
  )
}

/**
 * Somebody wants a fresh code: whatever session runs is over at once, and a code on the screen gives way to the next. Where
 * the kiosk may not ask for another one, a code that is good stays.
 */
export function restartSignIn(machine: SessionMachine, nowMs: number): Step {
  const { session, generation } = machine
  const attended = { ...machine, unattendedCodes: 0 }
  switch (session.kind) {
    case 'starting':
    case 'unprovisioned':
      return stay(machine)
    case 'preparing':
      return stay(attended)
    case 'awaitingApproval':
      if ('waitUntilMs' in spendCode(machine.codeBudget, nowMs)) return stay(machine)
      return before(requestCode(attended, nowMs), { kind: 'abandonCode', generation })
    case 'confirming':
    case 'signedIn': {
      const asked = requestCode({ ...attended, tokensExpireAtMs: null }, nowMs)
      return before(asked, { kind: 'endSession', generation, reason: 'sign-in-restarted' })
    }
    case 'trouble':
      return nowMs < (session.notBefore ?? 0) ? stay(machine) : requestCode(attended, nowMs)
    default:
      return requestCode(attended, nowMs)
  }
}

/** Whoever is signed in, asked, or about to approve is none any more; the kiosk goes on as at any other rest. */
export function revoke(machine: SessionMachine, nowMs: number): Step {
  const { session, generation } = machine
  switch (session.kind) {
    case 'preparing':
    case 'awaitingApproval':
      return before(rest(machine, nowMs), { kind: 'abandonCode', generation })
    case 'confirming':
    case 'signedIn':
      return endSession(machine, 'revoked', nowMs)
    default:
      return stay(machine)
  }
}

function before({ machine, effects }: Step, effect: SessionEffect): Step {
  return { machine, effects: [effect, ...effects] }
}
