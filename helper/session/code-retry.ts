/** When a code is asked for again after it could not be had. Never sooner than the server wished. */
import { type KioskError, type TroubleCode, troubleCodeSchema } from '../../contract/kiosk-error.ts'
import { backOff, patientDelayMs, RETRY_LIMITS } from '../backoff.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'

/** The longest wait a server may ask for before the kiosk tries again all the same. */
const LONGEST_WISH_MS = 600_000
/** However the dice fall, people can read what the screen says. */
const LEAST_SCREEN_MS = 2_000

export type CodeRetry = {
  /** What the trouble screen shows, and for how long. */
  plan(error: unknown): {
    trouble: KioskError
    code: TroubleCode
    providerError: string | null
    retryInMs: number
    /** How long the server wishes to be left alone even if somebody touches the screen; null without a wish. */
    notBeforeInMs: number | null
  }
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
      const backoff = backOff(ceilingMs, RETRY_LIMITS.code, clock.random)
      ceilingMs = backoff.ceilingMs
      const namedMs = failure.kind === 'transient' ? failure.retryAfterMs : null
      const notBeforeInMs = namedMs === null ? null : Math.min(namedMs, LONGEST_WISH_MS)
      const patientMs = patientDelayMs(notBeforeInMs, clock.random)
      const retryInMs = Math.max(backoff.delayMs, patientMs, LEAST_SCREEN_MS)
      return { trouble, code: troubleCodeOf(trouble), providerError, retryInMs, notBeforeInMs }
    },
    reset() {
      ceilingMs = 0
    },
  }
}
