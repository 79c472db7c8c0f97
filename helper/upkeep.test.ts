import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SessionState } from '../contract/session-state.ts'
import { startUpkeep, type UpkeepFacts, upkeepDue } from './upkeep.ts'

const MEBIBYTE = 1024 * 1024
const ATTRACT: SessionState = { kind: 'attract' }
const SIGNED_IN: SessionState = {
  kind: 'signedIn',
  generation: 1,
  displayName: 'Alex',
  since: 0,
  validUntil: 1,
  idleUntil: null,
}
const preparing = (replacedBecause: 'expired' | 'used-up' | null): SessionState => ({
  kind: 'preparing',
  generation: 2,
  reason: 'renewal',
  replacedBecause,
})
const CONFIRMING: SessionState = { kind: 'confirming', generation: 1, displayName: 'Alex', confirmByMs: 1 }

function due(facts: Partial<UpkeepFacts>) {
  return upkeepDue({
    session: ATTRACT,
    inStateMs: 60_000,
    uptimeMs: 60_000,
    residentBytes: 100 * MEBIBYTE,
    memoryLimitBytes: 256 * MEBIBYTE,
    hasHeldTokens: false,
    isRevoking: false,
    forgetAfterMs: 30_000,
    canHandOver: true,
    ...facts,
  })
}

describe('the upkeep of the helper', () => {
  it('leaves a helper alone that is small and has held no session', () => {
    expect(due({})).toBeNull()
  })

  it.each<[string, Partial<UpkeepFacts>, boolean]>([
    ['nobody is there', {}, true],
    ['a session would be handed over', { session: SIGNED_IN }, true],
    ['a session would be lost', { session: SIGNED_IN, canHandOver: false }, false],
    ['somebody is asked whether it is them', { session: CONFIRMING }, false],
    ['a touched screen waits for its code', { session: preparing(null) }, false],
    ['a code that ran out unused is replaced', { session: preparing('expired') }, true],
    ['a code that was approved is replaced', { session: preparing('used-up') }, false],
  ])('above the limit, when %s: %j → %s', (_when, facts, isDue) => {
    expect(due({ ...facts, residentBytes: 300 * MEBIBYTE })).toBe(isDue ? 'memory-limit' : null)
  })

  it('waits for nobody at twice the limit', () => {
    expect(due({ session: CONFIRMING, residentBytes: 513 * MEBIBYTE })).toBe('memory-limit')
  })

  it('does nothing to a helper that has just begun, however low the limit', () => {
    expect(due({ residentBytes: 600 * MEBIBYTE, uptimeMs: 59_999 })).toBeNull()
  })

  it.each<[string, Partial<UpkeepFacts>, boolean]>([
    ['has rested for long enough', {}, true],
    ['has not rested for long', { inStateMs: 29_999 }, false],
    ['shows a session', { session: SIGNED_IN }, false],
    ['still owes the provider a revocation', { isRevoking: true }, false],
    ['has only just been started', { uptimeMs: 19_999 }, false],
    ['is told never to', { forgetAfterMs: null }, false],
  ])('gives back the memory that held tokens when the kiosk %s', (_when, facts, isDue) => {
    expect(due({ ...facts, hasHeldTokens: true })).toBe(isDue ? 'memory-held-tokens' : null)
  })
})

describe('a helper at rest', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('collects what a session left, once, and nothing while somebody is there', () => {
    let nowMs = 0
    const collectGarbage = vi.fn()
    const upkeep = startUpkeep({
      nowMs: () => nowMs,
      memoryLimitBytes: 2 ** 40,
      forgetAfterMs: null,
      canHandOver: false,
      isRevoking: () => false,
      collectGarbage,
      onDue: () => {},
    })
    const pass = (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        nowMs += 1_000
        vi.advanceTimersByTime(1_000)
      }
    }
    upkeep.noteSession({ kind: 'attract' })
    pass(10)
    expect(collectGarbage).not.toHaveBeenCalled()
    upkeep.noteTokens()
    upkeep.noteSession({ kind: 'ended', reason: 'signed-out', untilMs: 0 })
    pass(3)
    expect(collectGarbage).not.toHaveBeenCalled()
    upkeep.noteSession({ kind: 'attract' })
    pass(30)
    expect(collectGarbage).toHaveBeenCalledOnce()
  })
})
