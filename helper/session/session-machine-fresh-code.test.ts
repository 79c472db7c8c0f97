import { describe, expect, it } from 'vitest'
import { APPROVED, CODE, CONFIRMED, ISSUED, play, type Timed, TOUCHED } from './session-story.fixture.ts'

const at = (nowMs: number): Timed => [nowMs, { kind: 'signInRestartOrdered' }]
const reissue = (generation: number): Timed => [10_000, { kind: 'codeIssued', generation, code: CODE }]

describe('a fresh code on demand', () => {
  it.each<[string, Timed[], object[]]>([
    ['from rest', [], [{ kind: 'requestCode', generation: 1 }]],
    [
      'in place of the code that is shown',
      [TOUCHED, ISSUED],
      [
        { kind: 'abandonCode', generation: 1 },
        { kind: 'requestCode', generation: 2 },
      ],
    ],
    [
      'in place of a question that nobody answers',
      [TOUCHED, ISSUED, APPROVED],
      [
        { kind: 'endSession', generation: 1, reason: 'sign-in-restarted' },
        { kind: 'requestCode', generation: 2 },
      ],
    ],
    [
      'after the session, which ends and is wiped first',
      [TOUCHED, ISSUED, APPROVED, CONFIRMED],
      [
        { kind: 'endSession', generation: 1, reason: 'sign-in-restarted' },
        { kind: 'requestCode', generation: 2 },
      ],
    ],
  ])('comes %s', (_what, story, expected) => {
    const { session, effects } = play([...story, at(9_000)])
    expect(session).toMatchObject({ kind: 'preparing', reason: 'request', replacedBecause: null })
    expect(effects).toEqual(expected)
  })

  /** Six codes at once are all that a kiosk asks for. */
  const spendAll: Timed[] = [TOUCHED]
  for (let generation = 1; generation <= 5; generation += 1) spendAll.push(reissue(generation), at(10_000))

  it('is refused where the budget is spent, and the code that is good stays', () => {
    const { session, effects } = play([...spendAll, reissue(6), at(10_001)])
    expect(session).toMatchObject({ kind: 'awaitingApproval', generation: 6 })
    expect(effects).toEqual([])
  })

  it('waits for the budget after a session, which ends all the same', () => {
    const approved: Timed = [10_000, { kind: 'approved', generation: 6, displayName: 'Alex', expiresAtMs: null }]
    const { session, effects } = play([...spendAll, reissue(6), approved, at(10_001)])
    expect(session).toMatchObject({ kind: 'trouble', code: 'too-many-codes' })
    expect(effects).toEqual([{ kind: 'endSession', generation: 6, reason: 'sign-in-restarted' }])
  })

  it('comes no sooner than a server wishes', () => {
    const fault = { code: 'provider-throttled', providerError: null, retryInMs: 60_000, notBeforeInMs: 30_000 } as const
    const failed: Timed = [1_000, { kind: 'grantFailed', generation: 1, ...fault }]
    expect(play([TOUCHED, failed, at(2_000)]).effects).toEqual([])
    expect(play([TOUCHED, failed, at(31_000)]).session).toMatchObject({ kind: 'preparing', generation: 2 })
  })

  it('means nothing on a kiosk that is not set up', () => {
    const unprovisioned: Timed = [1, { kind: 'unprovisioned', problems: [] }]
    expect(play([unprovisioned, at(2)]).session.kind).toBe('unprovisioned')
  })
})
