import { describe, expect, it } from 'vitest'
import { APPROVED, CONFIRMED, ISSUED, play, type Timed, TOUCHED } from './session-story.fixture.ts'

describe('the session machine, when helper or screen come and go', () => {
  it('goes on with a session of the helper before it, within the old limits and the new ones', () => {
    const resumed = {
      generation: 7,
      displayName: 'Alex Morgan',
      since: -3_000_000,
      validUntil: 5_000_000,
      idleUntil: 20_000,
      tokensExpireAtMs: null,
    }
    const { session, effects, machine } = play([], { idleMs: 60_000 }, resumed)
    expect(session).toEqual({
      kind: 'signedIn',
      generation: 7,
      displayName: 'Alex Morgan',
      since: -3_000_000,
      validUntil: 600_000,
      idleUntil: 20_000,
    })
    expect(effects).toEqual([{ kind: 'keepRefreshed', generation: 7 }])
    expect(machine.generation).toBe(7)
    expect(play([], { idleMs: 10_000 }, resumed).session).toMatchObject({ idleUntil: 10_000 })
  })

  it('lets a session live through the death of its screen where the bundle says so, but no question', () => {
    const screenLost: Timed = [7_000, { kind: 'screenLost' }]
    const lenient = { endOnScreenCrash: false }
    expect(play([TOUCHED, ISSUED, APPROVED, CONFIRMED, screenLost], lenient).session.kind).toBe('signedIn')
    expect(play([TOUCHED, ISSUED, APPROVED, screenLost], lenient).session).toMatchObject({ reason: 'screen-lost' })
  })

  it.each<[string, Timed[], string, string[]]>([
    ['a session', [TOUCHED, ISSUED, APPROVED, CONFIRMED], 'ended', ['endSession']],
    ['a question', [TOUCHED, ISSUED, APPROVED], 'ended', ['endSession']],
    ['a code', [TOUCHED, ISSUED], 'starting', ['abandonCode']],
    ['nothing', [], 'attract', []],
  ])('leaves no %s on the glass when the helper stops', (_what, before, kind, effects) => {
    const wound = play([...before, [7_000, { kind: 'stopping' }]])
    expect(wound.session.kind).toBe(kind)
    expect(wound.effects.map((effect) => (effect as { kind: string }).kind)).toEqual(effects)
  })

  it.each<[string, Timed[], string, string[]]>([
    ['a session', [TOUCHED, ISSUED, APPROVED, CONFIRMED], 'ended', ['endSession']],
    ['a question', [TOUCHED, ISSUED, APPROVED], 'ended', ['endSession']],
    ['a code', [TOUCHED, ISSUED], 'starting', ['abandonCode']],
    ['nothing', [], 'attract', []],
  ])('ends %s when another provider comes, and asks the old one for nothing more', (_what, before, kind, effects) => {
    const changed: Timed = [7_000, { kind: 'settingsChanged' }]
    const story: Timed[] = [...before, changed]
    expect(play(story).session.kind).toBe(kind)
    expect(play(story).effects.map((effect) => (effect as { kind: string }).kind)).toEqual(effects)
    const later = play([...story, [11_000, { kind: 'deadlineReached' }], [12_000, { kind: 'touched' }]])
    expect(later.session.kind).toBe(kind === 'starting' ? 'starting' : 'attract')
    expect(later.effects).toEqual([])
  })

  it.each<[string, Timed[]]>([
    ['nobody is there', []],
    ['a code is shown', [TOUCHED, ISSUED]],
    ['somebody is signed in', [TOUCHED, ISSUED, APPROVED, CONFIRMED]],
  ])('ends whatever goes on and destroys the vault on an order to wipe, when %s', (_when, before) => {
    const { session, effects } = play([...before, [7_000, { kind: 'wipeOrdered' }]])
    expect(session).toMatchObject({ kind: 'ended', reason: 'wiped' })
    expect(effects).toEqual([
      expect.objectContaining({ kind: 'endSession', reason: 'wiped' }),
      { kind: 'destroyVault' },
    ])
  })
})
