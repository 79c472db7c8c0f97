import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FULL_BUDGET, giveBackCode, spendCode } from './code-budget.ts'

/** Asks at each of these moments; answers the moments at which a code was given. */
function given(askedAtMs: readonly number[]): number[] {
  let budget = FULL_BUDGET
  return askedAtMs.filter((nowMs) => {
    const spent = spendCode(budget, nowMs)
    if ('budget' in spent) budget = spent.budget
    return 'budget' in spent
  })
}

describe('the budget of codes', () => {
  it('gives six at once, then one every twenty seconds', () => {
    expect(given([0, 0, 0, 0, 0, 0, 0, 0])).toHaveLength(6)
    expect(given([0, 0, 0, 0, 0, 0, 19_999, 20_000, 20_001, 40_000])).toEqual([0, 0, 0, 0, 0, 0, 20_000, 40_000])
  })

  it('says when the next one may be asked for', () => {
    let budget = FULL_BUDGET
    for (let count = 0; count < 6; count++) {
      const spent = spendCode(budget, 1_000)
      if ('budget' in spent) budget = spent.budget
    }
    expect(spendCode(budget, 1_000)).toEqual({ waitUntilMs: 21_000 })
  })

  it('never makes a queue of people wait who all sign in', () => {
    let budget = FULL_BUDGET
    for (let person = 0; person < 100; person++) {
      const spent = spendCode(budget, person * 1_000)
      if (!('budget' in spent)) throw new Error(`person ${person} waits`)
      budget = giveBackCode(spent.budget)
    }
    expect(budget.fullAtMs).toBeLessThanOrEqual(100_000)
  })

  it('gives back no more than what was spent', () => {
    const spent = spendCode(FULL_BUDGET, 5_000)
    if (!('budget' in spent)) throw new Error('the first code was refused')
    let budget = giveBackCode(spent.budget)
    const codes = Array.from({ length: 10 }, () => {
      const next = spendCode(budget, 5_000)
      if ('budget' in next) budget = next.budget
      return 'budget' in next
    })
    expect(codes.filter(Boolean)).toHaveLength(6)
  })

  it('never gives more than its rate in any stretch of time', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 300 })
    fc.assert(
      fc.property(moments, (unsorted) => {
        const codes = given(unsorted.sort((left, right) => left - right))
        for (const [first, fromMs] of codes.entries()) {
          for (const [last, toMs] of codes.entries()) {
            if (last >= first) expect(last - first + 1).toBeLessThanOrEqual(6 + (toMs - fromMs) / 20_000)
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})
