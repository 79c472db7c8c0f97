import { describe, expect, it } from 'vitest'
import type { SessionState } from '../../contract/session-state.ts'
import { decideTakeOver, type TakeOver } from './take-over.ts'

const PREPARING = { kind: 'preparing', generation: 1, reason: 'request', replacedBecause: null } as const
const CODE = {
  kind: 'awaitingApproval',
  generation: 1,
  userCode: 'ABCD',
  verificationUri: 'https://login.example.com/device',
  qrText: 'https://login.example.com/device',
  codePrefilled: false,
  issuedAtMs: 0,
  expiresAtMs: 1,
  replacedBecause: null,
  pollTrouble: null,
} as const
const QUESTION = { kind: 'confirming', generation: 1, displayName: 'Alex', confirmByMs: 1 } as const
const SESSION = {
  kind: 'signedIn',
  generation: 1,
  displayName: 'Alex',
  since: 0,
  validUntil: 1,
  idleUntil: null,
} as const
const TROUBLE = {
  kind: 'trouble',
  code: 'unexpected',
  providerError: null,
  since: 0,
  retryAt: 1,
  notBefore: null,
} as const

describe('decideTakeOver', () => {
  it.each<[SessionState, TakeOver, TakeOver]>([
    [{ kind: 'starting' }, 'restart', 'restart'],
    [{ kind: 'unprovisioned', problems: [] }, 'restart', 'restart'],
    [{ kind: 'attract' }, 'restart', 'restart'],
    [PREPARING, 'wait', 'end-session'],
    [{ ...PREPARING, replacedBecause: 'expired' }, 'restart', 'end-session'],
    [CODE, 'wait', 'end-session'],
    [QUESTION, 'wait', 'end-session'],
    [SESSION, 'wait', 'end-session'],
    [{ kind: 'ended', reason: 'signed-out', untilMs: 1 }, 'wait', 'end-session'],
    [TROUBLE, 'restart', 'restart'],
  ])('knows when a screen with %o may change', (session, forRestart, forEndSession) => {
    expect(decideTakeOver('restart', session, false)).toBe(forRestart)
    expect(decideTakeOver('end-session', session, false)).toBe(forEndSession)
  })

  it('does not wait for a code that nobody has asked for', () => {
    expect(decideTakeOver('restart', PREPARING, true)).toBe('restart')
    expect(decideTakeOver('restart', CODE, true)).toBe('wait')
  })
})
