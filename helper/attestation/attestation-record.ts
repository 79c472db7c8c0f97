/** What the gateway said of this device and when it is asked again. Pure. Never takes silence for a yes. */
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import { backOff, patientDelayMs, RETRY_LIMITS } from '../backoff.ts'

/** Nobody waits longer than this for a gateway that wishes so. */
const LONGEST_WISH_MS = 600_000
/** Of the time that an answer counts, so that the kiosks of a fleet do not ask all at once. */
const ASK_AGAIN_AT = { from: 0.9, to: 1 }

export type AttestationRecord = {
  /** The last answer; null before the first. */
  answer: { kind: 'active'; atMs: number } | { kind: 'refused'; code: TroubleCode; reason: string; atMs: number } | null
  /** Why it could not be asked since; null after an answer. */
  failure: { code: TroubleCode; sinceMs: number; ceilingMs: number; quietUntilMs: number } | null
  /** When it is asked even if nobody wants anything. */
  askAtMs: number
}

/** @param nowMs of the helper's monotonic clock, as everywhere here */
export function startRecord(nowMs: number): AttestationRecord {
  return { answer: null, failure: null, askAtMs: nowMs }
}

/** Whether a request may leave on the strength of the last answer alone. */
export function isActive({ answer }: AttestationRecord, recheckMs: number, nowMs: number): boolean {
  return answer?.kind === 'active' && nowMs - answer.atMs < recheckMs
}

/** Until when the gateway wants no question at all, whoever asks; null where it may be asked. */
export function quietUntil({ failure }: AttestationRecord, nowMs: number): number | null {
  return failure !== null && nowMs < failure.quietUntilMs ? failure.quietUntilMs : null
}

export function noteActive(recheckMs: number, nowMs: number, random: () => number): AttestationRecord {
  const share = ASK_AGAIN_AT.from + (ASK_AGAIN_AT.to - ASK_AGAIN_AT.from) * random()
  return { answer: { kind: 'active', atMs: nowMs }, failure: null, askAtMs: nowMs + recheckMs * share }
}

export function noteRefused(
  { code, reason }: { code: TroubleCode; reason: string },
  recheckMs: number,
  nowMs: number,
): AttestationRecord {
  // A kiosk that says so on its screen asks much sooner, before each code.
  return { answer: { kind: 'refused', code, reason, atMs: nowMs }, failure: null, askAtMs: nowMs + recheckMs }
}

/** The last answer stands for as long as it counts: a gateway that is down says nothing of this device. */
export function noteFailure(
  { answer, failure }: AttestationRecord,
  { code, retryAfterMs }: { code: TroubleCode; retryAfterMs: number | null },
  nowMs: number,
  random: () => number,
): AttestationRecord {
  const backoff = backOff(failure?.ceilingMs ?? 0, RETRY_LIMITS.attestation, random)
  const wishMs = retryAfterMs === null ? null : Math.min(retryAfterMs, LONGEST_WISH_MS)
  const delayMs = Math.max(backoff.delayMs, patientDelayMs(wishMs, random))
  return {
    answer,
    failure: {
      code,
      sinceMs: failure?.sinceMs ?? nowMs,
      ceilingMs: backoff.ceilingMs,
      quietUntilMs: wishMs === null ? nowMs : nowMs + wishMs,
    },
    askAtMs: nowMs + delayMs,
  }
}
