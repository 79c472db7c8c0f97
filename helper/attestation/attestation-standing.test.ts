import { expect, it } from 'vitest'
import { attestationText } from '../../contract/device-standing.ts'
import { type AttestationRecord, noteActive, noteFailure, noteRefused, startRecord } from './attestation-record.ts'
import { attestationStanding } from './attestation-standing.ts'

const RECHECK_MS = 900_000
const always = () => 0.5
const silent = (record: AttestationRecord, atMs: number) =>
  noteFailure(record, { code: 'gateway-unreachable', retryAfterMs: null }, atMs, always)
const active = noteActive(RECHECK_MS, 60_000, always)
const refused = noteRefused({ code: 'device-suspended', reason: 'device-suspended' }, RECHECK_MS, 60_000)

it.each<[string, AttestationRecord, number, string]>([
  ['nothing before the first answer', startRecord(0), 60_000, 'not asked yet'],
  ['a silence from the start', silent(startRecord(0), 30_000), 60_000, 'gateway-unreachable'],
  ['a yes', active, 120_000, 'active'],
  [
    'a yes that counts, and the silence since',
    silent(active, 120_000),
    180_000,
    'active at 1970-01-01 00:01 UTC; last question: gateway-unreachable',
  ],
  ['a silence that has outlived its yes', silent(active, 120_000), 60_000 + RECHECK_MS, 'gateway-unreachable'],
  ['a no', refused, 120_000, 'device-suspended'],
  [
    'a no, whatever was silent since',
    silent(refused, 120_000),
    60_000 + 2 * RECHECK_MS,
    'device-suspended; last question: gateway-unreachable',
  ],
])('tells of %s', (_what, record, nowMs, text) => {
  const attestation = attestationStanding(record, { recheckMs: RECHECK_MS, nowMs, nowEpochMs: nowMs })
  const rest = { certificate: { kind: 'none' as const }, gatewayUrl: 'https://gateway.example' }
  expect(attestationText({ ...rest, attestation })).toBe(text)
})
