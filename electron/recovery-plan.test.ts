import { describe, expect, it } from 'vitest'
import { countLoss, NO_LOSSES, planRecovery, type QuickLosses } from './recovery-plan.ts'

/** What is planned for each of these losses, at these seconds. */
function plans(...atSeconds: number[]) {
  let losses: QuickLosses = NO_LOSSES
  return atSeconds.map((second) => {
    losses = countLoss(losses, second * 1000)
    return planRecovery(losses)
  })
}

describe('the plan after a lost page', () => {
  it('tries at once, then later and later, with the calm page from the third time on, and ends the shell at the fifth', () => {
    expect(plans(0, 1, 3, 6, 11)).toEqual([
      { kind: 'loadAgain', delayMs: 0, isCalm: false },
      { kind: 'loadAgain', delayMs: 1_000, isCalm: false },
      { kind: 'loadAgain', delayMs: 2_000, isCalm: true },
      { kind: 'loadAgain', delayMs: 4_000, isCalm: true },
      { kind: 'endShell' },
    ])
  })

  it('forgives after two quiet minutes, so that a page that dies once an hour never ends the shell', () => {
    const hourly = Array.from({ length: 100 }, (_, hour) => hour * 3_600)
    for (const plan of plans(...hourly)) expect(plan).toEqual({ kind: 'loadAgain', delayMs: 0, isCalm: false })
    expect(plans(0, 119, 238)[2]).toMatchObject({ isCalm: true })
    expect(plans(0, 119, 239)[2]).toMatchObject({ isCalm: false })
  })
})
