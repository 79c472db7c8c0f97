/** How many refusals are recorded and answered one by one. Counts the others, so that nobody without a key floods trail or operators. */
import { createRequestBudget } from '../technician/request-budget.ts'

/** A whole table of bad orders at once is still answered; a flood leaves less than a megabyte a day in the trail. */
const REFUSALS = { atOnce: 60, refillMs: 60_000 }

export type RefusalLimit = {
  /** @returns how many were only counted since the last that was recorded; null where this one is only counted as well */
  note(nowMs: number): number | null
}

export function createRefusalLimit(): RefusalLimit {
  const budget = createRequestBudget(REFUSALS)
  let counted = 0
  return {
    note(nowMs) {
      if (!budget.spend(nowMs)) {
        counted += 1
        return null
      }
      const before = counted
      counted = 0
      return before
    },
  }
}
