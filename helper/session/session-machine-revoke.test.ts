import { describe, expect, it } from 'vitest'
import { APPROVED, CONFIRMED, ISSUED, play, type Timed, TOUCHED } from './session-story.fixture.ts'

const REVOKED: Timed = [9_000, { kind: 'revokeOrdered' }]

describe('a revoke from far away', () => {
  it.each<[string, Timed[]]>([
    ['a question', [TOUCHED, ISSUED, APPROVED]],
    ['a session', [TOUCHED, ISSUED, APPROVED, CONFIRMED]],
  ])('ends %s, and says why', (_what, story) => {
    const { session, effects } = play([...story, REVOKED])
    expect(session).toMatchObject({ kind: 'ended', reason: 'revoked' })
    expect(effects).toEqual([{ kind: 'endSession', generation: 1, reason: 'revoked' }])
  })

  it.each<[string, Timed[]]>([
    ['that is on the screen', [TOUCHED, ISSUED]],
    ['that was asked for', [TOUCHED]],
  ])('takes back a code %s', (_what, story) => {
    const { session, effects } = play([...story, REVOKED])
    expect(session).toEqual({ kind: 'attract' })
    expect(effects).toEqual([{ kind: 'abandonCode', generation: 1 }])
  })

  it('leaves a kiosk at rest as it is', () => {
    const { session, effects } = play([REVOKED])
    expect(session).toEqual({ kind: 'attract' })
    expect(effects).toEqual([])
  })
})
