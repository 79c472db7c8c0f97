/** How many codes this kiosk may ask for: a token bucket, so that nobody who mashes the screen drains the tenant's quota. Pure. */

/** A lively morning, with wrong phones and second tries, stays below this. */
const CODES_AT_ONCE = 6
/** One more code each time this has passed. */
const REFILL_MS = 20_000

/** Full at `fullAtMs`, which each code moves further into the future. */
export type CodeBudget = { fullAtMs: number }

export const FULL_BUDGET: CodeBudget = { fullAtMs: 0 }

/** @returns the budget less one code, or when the next code may be asked for */
export function spendCode(budget: CodeBudget, nowMs: number): { budget: CodeBudget } | { waitUntilMs: number } {
  const fullAtMs = Math.max(budget.fullAtMs, nowMs) + REFILL_MS
  const waitUntilMs = fullAtMs - CODES_AT_ONCE * REFILL_MS
  return waitUntilMs > nowMs ? { waitUntilMs } : { budget: { fullAtMs } }
}

/** For a code that somebody signed in with: a queue at the change of shift must never wait for the limit. */
export function giveBackCode({ fullAtMs }: CodeBudget): CodeBudget {
  return { fullAtMs: fullAtMs - REFILL_MS }
}
