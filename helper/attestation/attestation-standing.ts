/** Tells what the gateway said last, and apart from it what became of the last question. Pure. Never takes silence for an answer. */
import type { DeviceStanding } from '../../contract/device-standing.ts'
import { type AttestationRecord, isActive } from './attestation-record.ts'

/** @param now by the record's own clock and by the wall's */
export function attestationStanding(
  record: AttestationRecord,
  { recheckMs, nowMs, nowEpochMs }: { recheckMs: number; nowMs: number; nowEpochMs: number },
): DeviceStanding['attestation'] {
  const { answer, failure } = record
  const atEpochMs = (atMs: number) => Math.round(nowEpochMs - (nowMs - atMs))
  const unanswered = failure && { code: failure.code, sinceEpochMs: atEpochMs(failure.sinceMs) }
  if (answer?.kind === 'refused') {
    const { code, reason, atMs } = answer
    return { kind: 'refused', code, reason, atEpochMs: atEpochMs(atMs), unanswered }
  }
  // A yes that is too old counts no longer once nobody has said it again.
  if (unanswered && !isActive(record, recheckMs, nowMs)) return { kind: 'unanswered', ...unanswered }
  return answer ? { kind: 'active', atEpochMs: atEpochMs(answer.atMs), unanswered } : { kind: 'unasked' }
}
