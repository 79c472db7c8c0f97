/** Plays every case of the fault catalogue against the built helper: it survives, refuses, or goes on explaining itself. */
import { describe, expect, it } from 'vitest'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import { FAULT_CATALOGUE, type FaultCase } from '../../demo/hostile-provider/fault-catalogue.ts'
import { type FaultPlay, type PlayLimits, playFaultCase } from '../../demo/hostile-provider/play-fault-case.ts'
import { STAFF_ACCOUNTS } from '../../demo/identity-provider/staff-accounts.ts'

const SURVIVAL_MS = 75_000
/** For a kiosk to refuse, say so, and revoke. */
const REFUSAL_MS = 40_000
/** After a refusal was told, a forged token may still be believed. */
const BELIEF_MS = 2_000
/** Of what cannot be survived, so much is watched. */
const DESPAIR_MS = 20_000
const TEST_MS = SURVIVAL_MS + 30_000

/** A reason that a person at the screen can read. */
function tellsWhy({ session }: KioskSnapshot): boolean {
  if (session.kind === 'awaitingApproval') return session.pollTrouble !== null || session.replacedBecause !== null
  return session.kind === 'trouble'
}

/** Whether a code took the place of another without a word, neither beside it nor on a screen of its own before. */
function replacesInSilence({ session }: KioskSnapshot, index: number, seen: readonly KioskSnapshot[]): boolean {
  if (session.kind !== 'awaitingApproval' || session.replacedBecause !== null || session.generation === 1) return false
  const before = seen
    .slice(0, index)
    .findLast((shown) => !('generation' in shown.session) || shown.session.generation !== session.generation)
  return before?.session.kind !== 'trouble'
}

const LIMITS: Readonly<Record<FaultCase['expectation'], PlayLimits>> = {
  survives: { limitMs: SURVIVAL_MS },
  refuses: {
    limitMs: REFUSAL_MS,
    isOver: ({ seen, tokensHandedOut, tokensRevoked }) =>
      tokensHandedOut > 0 && tokensRevoked >= tokensHandedOut && seen.some(({ session }) => session.kind === 'trouble'),
    lingerMs: BELIEF_MS,
  },
  'cannot survive': { limitMs: DESPAIR_MS },
}

/** By name: vitest cuts a name short that it looks up in a case itself. */
function casesThat(expectation: FaultCase['expectation']): [name: string, faultCase: FaultCase][] {
  const cases = FAULT_CATALOGUE.filter((faultCase) => faultCase.expectation === expectation)
  return cases.map((faultCase) => [faultCase.name, faultCase])
}

/** What holds for every case. */
async function play(faultCase: FaultCase): Promise<FaultPlay> {
  const played = await playFaultCase(faultCase, LIMITS[faultCase.expectation])
  const { earlyPolls, exit, secretsInOutput } = played
  expect({ earlyPolls, exit, secretsInOutput }).toEqual({ earlyPolls: [], exit: null, secretsInOutput: 0 })
  expect(played.output).not.toMatch(/"level":60|unhandled|uncaught/i)
  return played
}

describe.concurrent('the helper survives', () => {
  it.each(casesThat('survives'))('%s', { timeout: TEST_MS }, async (_name, faultCase) => {
    const { displayName, seen } = await play(faultCase)
    const story = seen.map(({ session }) => session.kind).join(', ')
    expect(displayName, `it showed ${story}`).toBe(STAFF_ACCOUNTS[0]?.name)
  })
})

describe.concurrent('the helper refuses, and revokes', () => {
  it.each(casesThat('refuses'))('%s', { timeout: TEST_MS }, async (_name, faultCase) => {
    const { displayName, seen, tokensHandedOut, tokensRevoked } = await play(faultCase)
    expect(displayName).toBeNull()
    expect(tokensHandedOut).toBeGreaterThan(0)
    expect(tokensRevoked).toBeGreaterThanOrEqual(tokensHandedOut)
    expect(seen.flatMap(({ session }) => (session.kind === 'trouble' ? session.code : []))).toContain('token-invalid')
  })
})

describe.concurrent('the helper can only go on explaining itself', () => {
  it.each(casesThat('cannot survive'))('%s', { timeout: TEST_MS }, async (_name, faultCase) => {
    const { displayName, seen } = await play(faultCase)
    expect(displayName).toBeNull()
    expect(seen.some(tellsWhy)).toBe(true)
    expect(seen.filter(replacesInSilence)).toEqual([])
    expect(['awaitingApproval', 'preparing', 'trouble']).toContain(seen.at(-1)?.session.kind)
  })
})
