import { describe, expect, it } from 'vitest'
import { REFUSED_SCREEN_MS, step } from './session-machine.ts'
import { APPROVED, CONFIRMED, ISSUED, play, type Timed, TOUCHED } from './session-story.fixture.ts'

const REFUSED: Timed = [7_000, { kind: 'deviceRefused', code: 'device-not-admitted', reason: 'certificate-revoked' }]

describe('the session machine on a device that the gateway turns away', () => {
  it.each<[string, Timed[]]>([
    ['the question', [TOUCHED, ISSUED, APPROVED]],
    ['the session', [TOUCHED, ISSUED, APPROVED, CONFIRMED]],
  ])('ends %s at once, and wipes', (_what, events) => {
    const { session, effects } = play([...events, REFUSED])
    expect(session).toMatchObject({ kind: 'ended', reason: 'device-refused' })
    expect(effects).toEqual([{ kind: 'endSession', generation: 1, reason: 'device-refused' }])
  })

  it('withdraws a code, says why, and asks again by itself', () => {
    const refused = play([TOUCHED, ISSUED, REFUSED])
    expect(refused.session).toEqual({
      kind: 'trouble',
      code: 'device-not-admitted',
      providerError: 'certificate-revoked',
      since: 7_000,
      retryAt: 7_000 + REFUSED_SCREEN_MS,
      notBefore: null,
    })
    expect(refused.effects).toEqual([{ kind: 'abandonCode', generation: 1 }])
    const again = step(refused.machine, { kind: 'deadlineReached' }, 7_000 + REFUSED_SCREEN_MS)
    expect(again.effects).toEqual([{ kind: 'requestCode', generation: 2 }])
  })

  it.each<[string, Timed[]]>([
    ['at rest', []],
    ['while a code is asked for, which fails by itself', [TOUCHED]],
    ['in trouble already', [TOUCHED, ISSUED, REFUSED]],
  ])('leaves the screen as it is %s', (_what, events) => {
    const before = play(events)
    expect(step(before.machine, REFUSED[1], 8_000)).toEqual({ machine: before.machine, effects: [] })
  })

  it('lets nobody back in after the end without another touch', () => {
    const ended = play([TOUCHED, ISSUED, APPROVED, CONFIRMED, REFUSED])
    expect(step(ended.machine, { kind: 'deadlineReached' }, 60_000).machine.session.kind).toBe('attract')
  })
})
