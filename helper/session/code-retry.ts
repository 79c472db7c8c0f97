/** When a code is asked for again after it could not be had. Never sooner than the server wished. */
import { type KioskError, type TroubleCode, troubleCodeSchema } from '../../contract/kiosk-error.ts'
import { backoffDelayMs, raiseCeilingMs } from '../backoff.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'

/** How long the trouble screen waits at most; doubles with every failure in a row. */
const CEILING_MS = { first: 5_000, most: 60_000 }
/** The longest wait a server may ask for before the kiosk tries again all the same. */
const LONGEST_WISH_MS = 600_000
/** A whole fleet may have been told the same moment; it comes back over this much more. */
const WISH_SPREAD = 0.25

export type CodeRetry = {
  /** What the trouble screen shows, and for how long. */
  plan(error: unknown): { trouble: KioskError; code: TroubleCode; providerError: string | null; retryInMs: number }
  /** A grant came to its end: the next failure is the first again. */
  reset(): void
}

/** The code that the screen explains; faults that only logs know are `unexpected` there. */
export function troubleCodeOf({ code }: KioskError): TroubleCode {
  const known = troubleCodeSchema.safeParse(code)
  return known.success ? known.data : 'unexpected'
}

export function createCodeRetry(clock: Pick<KioskClock, 'random'>): CodeRetry {
  let ceilingMs = 0
  return {
    plan(error) {
      const failure = readProviderFailure(error)
      const { trouble, providerError } = failure
      ceilingMs = ceilingMs === 0 ? CEILING_MS.first : raiseCeilingMs(ceilingMs, CEILING_MS.most)
      const wishMs = failure.kind === 'transient' ? Math.min(failure.retryAfterMs ?? 0, LONGEST_WISH_MS) : 0
      const patientMs = wishMs * (1 + WISH_SPREAD * clock.random())
      const retryInMs = Math.max(backoffDelayMs(ceilingMs, clock.random), patientMs)
      return { trouble, code: troubleCodeOf(trouble), providerError, retryInMs }
    },
    reset() {
      ceilingMs = 0
    },
  }
}
