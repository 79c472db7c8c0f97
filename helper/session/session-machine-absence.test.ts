import { describe, expect, it } from 'vitest'
import { nextDeadlineMs, step } from './session-machine.ts'
import { APPROVED, CONFIRMED, ISSUED, play, type Timed, TOUCHED } from './session-story.fixture.ts'

describe('the session machine while nobody is there', () => {
  describe('with an idle limit', () => {
    const idle = { idleMs: 600_000 }
    const SIGNED_IN = [TOUCHED, ISSUED, APPROVED, CONFIRMED]

    it('ends a session that nobody uses', () => {
      const { session } = play(SIGNED_IN, idle)
      expect(session).toMatchObject({ idleUntil: 606_000 })
      expect(nextDeadlineMs(session)).toBe(606_000)
      const { session: ended } = play([...SIGNED_IN, [606_000, { kind: 'deadlineReached' }]], idle)
      expect(ended).toMatchObject({ kind: 'ended', reason: 'idle' })
    })

    it('counts anew with every use, but not beyond the shift', () => {
      const used: Timed = [500_000, { kind: 'activity' }]
      expect(play([...SIGNED_IN, used], idle).session).toMatchObject({ idleUntil: 1_100_000, validUntil: 3_606_000 })
      const late: Timed = [3_500_000, { kind: 'activity' }]
      expect(nextDeadlineMs(play([...SIGNED_IN, late], idle).session)).toBe(3_606_000)
    })

    it('does not repaint for every touch of a lively finger', () => {
      const used = play([...SIGNED_IN, [500_000, { kind: 'activity' }]], idle)
      expect(step(used.machine, { kind: 'activity' }, 500_400).machine).toBe(used.machine)
    })

    it('means nothing while nobody is signed in', () => {
      const waiting = play([TOUCHED, ISSUED], idle)
      expect(step(waiting.machine, { kind: 'activity' }, 2_000).machine).toBe(waiting.machine)
    })
  })

  describe('after a sleep', () => {
    const WOKE: Timed = [400_000, { kind: 'woke' }]

    it('shows a fresh code instead of one that the sleep may have outlived', () => {
      expect(play([TOUCHED, ISSUED, WOKE]).session).toMatchObject({ kind: 'preparing', replacedBecause: 'expired' })
    })

    it('confirms nobody: who was asked may have left', () => {
      expect(play([TOUCHED, ISSUED, APPROVED, WOKE]).session).toMatchObject({ kind: 'ended', reason: 'not-confirmed' })
    })

    it('keeps a session within its limits and ends one beyond them', () => {
      const signedIn = [TOUCHED, ISSUED, APPROVED, CONFIRMED]
      expect(play([...signedIn, WOKE]).session.kind).toBe('signedIn')
      expect(play([...signedIn, WOKE], { idleMs: 300_000 }).session).toMatchObject({ kind: 'ended', reason: 'idle' })
      expect(play([...signedIn, [9_000_000, { kind: 'woke' }]]).session).toMatchObject({ reason: 'shift-over' })
    })
  })
})
