/** How many codes this kiosk may ask for: a token bucket, so that nobody who mashes the screen drains the tenant's quota. Pure. */
import type { TroubleCode } from '../../contract/kiosk-error.ts'

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

/** With these the gateway has passed nothing on: the provider gave no code, and knows of no request. */
const UNSPENT: ReadonlySet<TroubleCode> = new Set<TroubleCode>([
  'device-suspended',
  'device-not-admitted',
  'gateway-unreachable',
  'gateway-untrusted',
  'gateway-rate-limited',
  'gateway-unavailable',
  'gateway-refused',
])

/** After a request for a code that came to nothing. */
export function settleCode(budget: CodeBudget, code: TroubleCode): CodeBudget {
  return UNSPENT.has(code) ? giveBackCode(budget) : budget
}
