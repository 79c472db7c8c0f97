/** A sign-in told in events, for the tests of the session machine. */
import type { ResumedSession, SessionEvent, SessionPolicy } from './session-event.ts'
import { step } from './session-machine.ts'
import { INITIAL_MACHINE, type SessionMachine } from './session-steps.ts'

const POLICY: SessionPolicy = {
  start: 'touch',
  confirmMs: 60_000,
  maxUnattendedCodes: 2,
  shiftMs: 3_600_000,
  idleMs: null,
  endOnScreenCrash: true,
}
export const CODE = {
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://login.example/device',
  qrText: 'https://login.example/device?user_code=WDJB-MJHT',
  codePrefilled: true,
  issuedAtMs: 1_000,
  expiresAtMs: 901_000,
}

export type Timed = [nowMs: number, event: SessionEvent]

/** Plays events one after the other; answers the last machine and the effects of the last event. */
export function play(
  events: readonly Timed[],
  policy: Partial<SessionPolicy> = {},
  resumed: ResumedSession | null = null,
) {
  let machine: SessionMachine = INITIAL_MACHINE
  let effects: unknown[] = []
  const start: Timed = [0, { kind: 'provisioned', policy: { ...POLICY, ...policy }, resumed }]
  for (const [nowMs, event] of [start, ...events]) ({ machine, effects } = step(machine, event, nowMs))
  return { machine, session: machine.session, effects }
}

export const TOUCHED: Timed = [10, { kind: 'touched' }]
export const ISSUED: Timed = [1_000, { kind: 'codeIssued', generation: 1, code: CODE }]
export const APPROVED: Timed = [
  5_000,
  { kind: 'approved', generation: 1, displayName: 'Alex Morgan', expiresAtMs: null },
]
export const CONFIRMED: Timed = [6_000, { kind: 'presenceConfirmed', generation: 1 }]
