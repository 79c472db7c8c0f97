import { describe, expect, it } from 'vitest'
import { isActive, noteActive, noteFailure, noteRefused, quietUntil, startRecord } from './attestation-record.ts'

const RECHECK_MS = 900_000
const REFUSAL = { code: 'device-suspended', reason: 'device-suspended' } as const
const half = () => 0.5

describe('what the gateway said of a device', () => {
  it('is nothing at first, and is asked for at once', () => {
    const record = startRecord(1_000)
    expect(isActive(record, RECHECK_MS, 1_000)).toBe(false)
    expect(record.askAtMs).toBe(1_000)
  })

  it('counts for as long as the bundle says, and is asked for again a little before', () => {
    const record = noteActive(RECHECK_MS, 0, half)
    expect(isActive(record, RECHECK_MS, RECHECK_MS - 1)).toBe(true)
    expect(isActive(record, RECHECK_MS, RECHECK_MS)).toBe(false)
    expect(record.askAtMs).toBe(0.95 * RECHECK_MS)
  })

  it('outlives a gateway that is down, but no longer than it counts', () => {
    const record = noteFailure(
      noteActive(RECHECK_MS, 0, half),
      { code: 'gateway-unreachable', retryAfterMs: null },
      800_000,
      half,
    )
    expect(isActive(record, RECHECK_MS, 899_999)).toBe(true)
    expect(isActive(record, RECHECK_MS, 900_000)).toBe(false)
    expect(record.askAtMs).toBe(800_000 + 3_750)
  })

  it('is no yes once the gateway has refused, whatever it said before', () => {
    const record = noteRefused(REFUSAL, RECHECK_MS, 10)
    expect(isActive(record, RECHECK_MS, 11)).toBe(false)
    expect(record.askAtMs).toBe(10 + RECHECK_MS)
  })

  it('waits longer with each failure in a row, and a good answer begins anew', () => {
    let record = startRecord(0)
    const delays: number[] = []
    for (let time = 0; time < 8; time += 1) {
      record = noteFailure(record, { code: 'gateway-unreachable', retryAfterMs: null }, 0, half)
      delays.push(record.askAtMs)
    }
    expect(delays).toEqual([3_750, 7_500, 15_000, 30_000, 60_000, 120_000, 150_000, 285_000])
    expect(record.failure?.sinceMs).toBe(0)
    expect(noteActive(RECHECK_MS, 0, half).failure).toBeNull()
  })

  it('is not asked for before the gateway wishes, though not for longer than ten minutes', () => {
    const failure = { code: 'gateway-rate-limited', retryAfterMs: 20_000 } as const
    const record = noteFailure(startRecord(0), failure, 1_000, half)
    expect(quietUntil(record, 20_999)).toBe(21_000)
    expect(quietUntil(record, 21_000)).toBeNull()
    expect(record.askAtMs).toBe(1_000 + 30_000)
    const greedy = noteFailure(startRecord(0), { ...failure, retryAfterMs: 86_400_000 }, 0, half)
    expect(quietUntil(greedy, 0)).toBe(600_000)
  })
})
