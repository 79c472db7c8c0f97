import { describe, expect, it } from 'vitest'
import { createRecoveryMeter } from './recovery-meter.ts'

const OUTAGE = { startMs: 1_000, endMs: 10_000, watchedUntilMs: 80_000 }

function createMeter() {
  const meter = createRecoveryMeter(3, OUTAGE)
  const ask = (kiosk: number, kind: Parameters<typeof meter.count>[1], arrivedAtMs: number, ok = true) =>
    meter.count(kiosk, kind, { arrivedAtMs, answeredAtMs: arrivedAtMs + 40, ok })
  return { meter, ask }
}

describe('the recovery meter', () => {
  it('counts up to and including the first success, for what was needed', () => {
    const { meter, ask } = createMeter()
    meter.need(0, 'reconnects')
    ask(0, 'reconnects', 9_999, false)
    ask(0, 'reconnects', 11_000, false)
    ask(0, 'reconnects', 12_000)
    ask(0, 'reconnects', 13_000)
    ask(0, 'polls', 13_000)
    const { recoveryWork, secondsToRecoverLast, requests } = meter.report()
    expect(recoveryWork).toBe(2)
    expect(secondsToRecoverLast).toBeCloseTo(2.04)
    expect(requests.duringOutage.reconnects).toBe(1)
    expect(requests.afterOutage).toMatchObject({ reconnects: 3, polls: 1 })
  })

  it('has a kiosk back when it has all it needs', () => {
    const { meter, ask } = createMeter()
    meter.need(0, 'attestations')
    meter.need(0, 'codeRequests')
    ask(0, 'attestations', 20_000)
    expect(() => meter.report()).toThrow('1 kiosks are not back')
    ask(0, 'codeRequests', 30_000)
    expect(meter.report()).toMatchObject({ recoveryWork: 2, secondsToRecoverLast: 20.04 })
  })

  it('takes the busiest second wherever it begins', () => {
    const { meter, ask } = createMeter()
    for (const [kiosk, atMs] of [10_999, 11_001, 11_998].entries()) {
      meter.need(kiosk, 'polls')
      ask(kiosk, 'polls', atMs)
    }
    const report = meter.report()
    expect(report.recoveryPeakPerSecond).toBe(3)
    expect(report.idealPerSecond).toBe(3 / 60)
    expect([...report.perSecond.recoveryWork.subarray(0, 3)]).toEqual([1, 2, 0])
  })

  it('asks for a code and its attestation once the polled code has died', () => {
    const { meter, ask } = createMeter()
    meter.need(0, 'polls')
    meter.needInstead(0, 'polls', ['attestations', 'codeRequests'])
    meter.needInstead(1, 'polls', ['attestations', 'codeRequests'])
    ask(0, 'attestations', 11_000)
    ask(0, 'codeRequests', 11_080)
    ask(1, 'attestations', 11_000)
    expect(meter.report().recoveryWork).toBe(2)
  })

  it('knows when 95 of 100 are back', () => {
    const meter = createRecoveryMeter(100, OUTAGE)
    for (let kiosk = 0; kiosk < 100; kiosk++) {
      meter.need(kiosk, 'reconnects')
      const atMs = OUTAGE.endMs + (kiosk + 1) * 100
      meter.count(kiosk, 'reconnects', { arrivedAtMs: atMs, answeredAtMs: atMs, ok: true })
    }
    expect(meter.report()).toMatchObject({ secondsToRecoverP95: 9.5, secondsToRecoverLast: 10 })
  })
})
