import { describe, expect, it } from 'vitest'
import type { SessionEvent } from './session-event.ts'
import { DECLINED_SCREEN_MS, nextDeadlineMs, step } from './session-machine.ts'
import { ENDED_SCREEN_MS } from './session-steps.ts'
import { APPROVED, CODE, CONFIRMED, ISSUED, play, type Timed, TOUCHED } from './session-story.fixture.ts'

describe('the session machine', () => {
  it('waits for a touch, then asks for one code', () => {
    expect(play([]).session.kind).toBe('attract')
    const { session, effects } = play([TOUCHED])
    expect(session).toEqual({ kind: 'preparing', generation: 1, reason: 'request', replacedBecause: null })
    expect(effects).toEqual([{ kind: 'requestCode', generation: 1 }])
  })

  it('asks at once where a code is always shown', () => {
    expect(play([], { start: 'always' }).effects).toEqual([{ kind: 'requestCode', generation: 1 }])
  })

  it('goes from the code over the question to the session', () => {
    expect(play([TOUCHED, ISSUED]).session).toEqual({
      kind: 'awaitingApproval',
      generation: 1,
      ...CODE,
      replacedBecause: null,
      pollTrouble: null,
    })
    expect(play([TOUCHED, ISSUED, APPROVED]).session).toEqual({
      kind: 'confirming',
      generation: 1,
      displayName: 'Alex Morgan',
      confirmByMs: 65_000,
    })
    const { session, effects } = play([TOUCHED, ISSUED, APPROVED, CONFIRMED])
    expect(session).toEqual({
      kind: 'signedIn',
      generation: 1,
      displayName: 'Alex Morgan',
      since: 6_000,
      validUntil: 3_606_000,
      idleUntil: null,
    })
    expect(effects).toEqual([{ kind: 'keepRefreshed', generation: 1 }])
  })

  it('ends a session with its tokens where nothing can renew them', () => {
    const approved: Timed = [5_000, { kind: 'approved', generation: 1, displayName: 'Alex', expiresAtMs: 305_000 }]
    expect(play([TOUCHED, ISSUED, approved, CONFIRMED]).session).toMatchObject({ validUntil: 305_000 })
  })

  it.each<[string, Timed[], Timed, string]>([
    ['sign-out', [APPROVED, CONFIRMED], [7_000, { kind: 'signOutRequested' }], 'signed-out'],
    ['"Not me"', [APPROVED], [7_000, { kind: 'presenceDenied', generation: 1 }], 'not-me'],
    ['silence at the question', [APPROVED], [65_000, { kind: 'deadlineReached' }], 'not-confirmed'],
    ['the end of the shift', [APPROVED, CONFIRMED], [3_606_000, { kind: 'deadlineReached' }], 'shift-over'],
    ['the death of the screen', [APPROVED, CONFIRMED], [7_000, { kind: 'screenLost' }], 'screen-lost'],
    ['the death of the screen at the question', [APPROVED], [7_000, { kind: 'screenLost' }], 'screen-lost'],
    [
      'the provider',
      [APPROVED, CONFIRMED],
      [7_000, { kind: 'sessionLost', generation: 1, reason: 'provider-ended' }],
      'provider-ended',
    ],
  ])('wipes and says why after %s', (_what, before, event, reason) => {
    const { session, effects } = play([TOUCHED, ISSUED, ...before, event])
    expect(session).toEqual({ kind: 'ended', reason, untilMs: event[0] + ENDED_SCREEN_MS })
    expect(effects).toEqual([{ kind: 'endSession', generation: 1, reason }])
  })

  it('rests again once it has said why a session ended', () => {
    const signedOut: Timed = [7_000, { kind: 'signOutRequested' }]
    const moveOn: Timed = [7_000 + ENDED_SCREEN_MS, { kind: 'deadlineReached' }]
    const events = [TOUCHED, ISSUED, APPROVED, CONFIRMED, signedOut, moveOn]
    expect(play(events).session.kind).toBe('attract')
    expect(play(events, { start: 'always' }).session.kind).toBe('preparing')
  })

  it('asks at once for a code again after the provider ended a session, with whoever was signed in still there', () => {
    const lost: Timed = [7_000, { kind: 'sessionLost', generation: 1, reason: 'provider-ended' }]
    const moveOn: Timed = [7_000 + ENDED_SCREEN_MS, { kind: 'deadlineReached' }]
    expect(play([TOUCHED, ISSUED, APPROVED, CONFIRMED, lost, moveOn]).session.kind).toBe('preparing')
  })

  it('says why a code was replaced, on the screen of the next one', () => {
    const usedUp: Timed = [5_000, { kind: 'codeUsedUp', generation: 1, why: 'used-up' }]
    const second: Timed = [6_000, { kind: 'codeIssued', generation: 2, code: CODE }]
    expect(play([TOUCHED, ISSUED, usedUp, second]).session).toMatchObject({ generation: 2, replacedBecause: 'used-up' })
  })

  it('keeps the code through failed polls, and says so until one is answered', () => {
    const failed: Timed = [6_000, { kind: 'pollFailed', generation: 1, code: 'captive-portal' }]
    const troubled = play([TOUCHED, ISSUED, failed])
    expect(troubled.session).toMatchObject({ userCode: CODE.userCode, pollTrouble: 'captive-portal' })
    expect(troubled.effects).toEqual([])
    expect(step(troubled.machine, failed[1], 12_000).machine).toBe(troubled.machine)
    const answered = step(troubled.machine, { kind: 'pollAnswered', generation: 1 }, 18_000)
    expect(answered.machine.session).toMatchObject({ pollTrouble: null })
  })

  it('replaces an expired code and stops polling for the old one', () => {
    const { session, effects } = play([TOUCHED, ISSUED, [901_000, { kind: 'deadlineReached' }]])
    expect(session).toEqual({ kind: 'preparing', generation: 2, reason: 'renewal', replacedBecause: 'expired' })
    expect(effects).toEqual([
      { kind: 'abandonCode', generation: 1 },
      { kind: 'requestCode', generation: 2 },
    ])
  })

  it('shows a fresh code on the screen that comes after a dead one', () => {
    const { session, effects } = play([TOUCHED, ISSUED, [2_000, { kind: 'screenLost' }]])
    expect(session).toMatchObject({ kind: 'preparing', generation: 2 })
    expect(effects).toContainEqual({ kind: 'abandonCode', generation: 1 })
  })

  it('waits for a person after too many codes that nobody used', () => {
    const second: Timed = [901_500, { kind: 'codeIssued', generation: 2, code: { ...CODE, expiresAtMs: 1_801_000 } }]
    const twice: Timed[] = [TOUCHED, ISSUED, [901_000, { kind: 'deadlineReached' }], second]
    const end: Timed = [1_801_000, { kind: 'deadlineReached' }]
    expect(play([...twice, end]).session.kind).toBe('attract')
    // A touch in between starts the count anew.
    expect(play([...twice, [950_000, { kind: 'touched' }], end]).session.kind).toBe('preparing')
  })

  it.each<[string, SessionEvent]>([
    ['a code', { kind: 'codeIssued', generation: 1, code: CODE }],
    [
      'a failure',
      {
        kind: 'grantFailed',
        generation: 1,
        code: 'provider-error',
        providerError: null,
        retryInMs: 1,
        notBeforeInMs: null,
      },
    ],
    ['a refusal', { kind: 'declined', generation: 1 }],
    ['a press', { kind: 'presenceConfirmed', generation: 1 }],
    ['a lost session', { kind: 'sessionLost', generation: 1, reason: 'provider-ended' }],
  ])('drops %s that belongs to an earlier code', (_what, late) => {
    const renewed = play([TOUCHED, ISSUED, [901_000, { kind: 'deadlineReached' }]])
    expect(step(renewed.machine, late, 901_001)).toEqual({ machine: renewed.machine, effects: [] })
  })

  it('wipes an approval that came after its code left the screen', () => {
    const renewed = play([TOUCHED, ISSUED, [901_000, { kind: 'deadlineReached' }]])
    const { machine, effects } = step(renewed.machine, APPROVED[1], 901_001)
    expect(machine).toBe(renewed.machine)
    expect(effects).toEqual([{ kind: 'endSession', generation: 1, reason: 'not-confirmed' }])
  })

  it('confirms nobody twice, and nobody who was not asked', () => {
    const waiting = play([TOUCHED, ISSUED])
    expect(step(waiting.machine, CONFIRMED[1], 6_000).machine).toBe(waiting.machine)
    const signedIn = play([TOUCHED, ISSUED, APPROVED, CONFIRMED])
    expect(step(signedIn.machine, CONFIRMED[1], 7_000).machine).toBe(signedIn.machine)
  })

  it('counts no code that somebody signed in with', () => {
    const unused = play([TOUCHED, ISSUED, APPROVED]).machine.codeBudget.fullAtMs
    const used = play([TOUCHED, ISSUED, APPROVED, CONFIRMED]).machine.codeBudget.fullAtMs
    expect(unused - used).toBe(20_000)
  })

  it('lets nobody drain the tenant’s quota by asking for codes over and over', () => {
    let { machine } = play([])
    for (let generation = 1; generation <= 6; generation++) {
      ;({ machine } = step(machine, { kind: 'touched' }, 1_000))
      expect(machine.session).toMatchObject({ kind: 'preparing', generation })
      ;({ machine } = step(
        machine,
        {
          kind: 'grantFailed',
          generation,
          code: 'provider-error',
          providerError: null,
          retryInMs: 60_000,
          notBeforeInMs: null,
        },
        1_000,
      ))
    }
    const { machine: tired, effects } = step(machine, { kind: 'touched' }, 1_000)
    expect(tired.session).toEqual({
      kind: 'trouble',
      code: 'too-many-codes',
      providerError: null,
      since: 1_000,
      retryAt: 21_000,
      notBefore: 21_000,
    })
    expect(effects).toEqual([])
    expect(step(tired, { kind: 'deadlineReached' }, 21_000).machine.session.kind).toBe('preparing')
  })

  it('asks for no code before the provider allows it, however often the screen is touched', () => {
    const asked: SessionEvent = {
      kind: 'grantFailed',
      generation: 1,
      code: 'provider-throttled',
      providerError: null,
      retryInMs: 150_000,
      notBeforeInMs: 120_000,
    }
    const { machine, session } = play([TOUCHED, [2_000, asked]])
    expect(session).toMatchObject({ retryAt: 152_000, notBefore: 122_000 })
    expect(step(machine, { kind: 'touched' }, 121_999).machine.session).toBe(session)
    expect(step(machine, { kind: 'touched' }, 122_000).machine.session.kind).toBe('preparing')
  })

  it('keeps trying through an outage, however long nobody is there', () => {
    let { machine } = play([TOUCHED])
    for (let generation = 1; generation <= 50; generation++) {
      const nowMs = generation * 30_000
      const failed: SessionEvent = {
        kind: 'grantFailed',
        generation,
        code: 'provider-unreachable',
        providerError: null,
        retryInMs: 5_000,
        notBeforeInMs: null,
      }
      ;({ machine } = step(machine, failed, nowMs))
      ;({ machine } = step(machine, { kind: 'deadlineReached' }, nowMs + 5_000))
      expect(machine.session).toMatchObject({ kind: 'preparing', generation: generation + 1 })
    }
  })

  it('tries again by itself after trouble, and at once on a touch', () => {
    const failed: Timed = [
      2_000,
      {
        kind: 'grantFailed',
        generation: 1,
        code: 'provider-unreachable',
        providerError: null,
        retryInMs: 5_000,
        notBeforeInMs: null,
      },
    ]
    const { session, machine } = play([TOUCHED, failed])
    expect(session).toEqual({
      kind: 'trouble',
      code: 'provider-unreachable',
      providerError: null,
      since: 2_000,
      retryAt: 7_000,
      notBefore: null,
    })
    expect(step(machine, { kind: 'deadlineReached' }, 6_999).machine).toBe(machine)
    expect(step(machine, { kind: 'deadlineReached' }, 7_000).machine.session.kind).toBe('preparing')
    expect(step(machine, { kind: 'touched' }, 2_500).machine.session.kind).toBe('preparing')
  })

  it('says for a while that a sign-in was declined on the phone', () => {
    const { session } = play([TOUCHED, ISSUED, [5_000, { kind: 'declined', generation: 1 }]])
    expect(session).toMatchObject({ kind: 'trouble', code: 'sign-in-declined', retryAt: 5_000 + DECLINED_SCREEN_MS })
  })

  it('names the moment at which a state ends by itself', () => {
    expect(nextDeadlineMs(play([]).session)).toBeNull()
    expect(nextDeadlineMs(play([TOUCHED, ISSUED]).session)).toBe(901_000)
    expect(nextDeadlineMs(play([TOUCHED, ISSUED, APPROVED]).session)).toBe(65_000)
  })
})
