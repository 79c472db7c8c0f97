/** Tests what makes a soak a failure. */
import { describe, expect, it } from 'vitest'
import type { SeenRequest } from '../../demo/hostile-provider/hostile-provider.ts'
import { makeSoakReport } from './soak-report.ts'
import type { SoakRun } from './soak-run.ts'
import { describeSoak } from './soak-table.ts'
import type { SoakSample } from './soak-trend.ts'

function sampleAt(index: number): SoakSample {
  return { atSeconds: index * 5, processId: 7, residentKb: 90_000, heapUsedKb: 20_000, timers: 3, sockets: 6 }
}

function pollAt(atMs: number, outcome: SeenRequest['outcome'] = null): SeenRequest {
  return { endpoint: 'token', method: 'POST', path: '/token', atMs, grantType: 'device_code', userCode: 'A', outcome }
}

const GOOD: SoakRun = {
  samples: Array.from({ length: 24 }, (_, index) => sampleAt(index)),
  people: { codes: 1, approved: 0, declined: 0, signedIn: 0, confirmed: 0, signedOut: 0 },
  requests: [
    pollAt(0, { status: 503, error: null, fault: 'status' }),
    pollAt(1_001, { status: 0, error: null, fault: 'reset' }),
    { ...pollAt(1_100), grantType: 'refresh_token', userCode: null },
  ],
  seen: [],
  startedAtMs: 0,
  output: '{"level":30,"event":"started"}\n{"level":40}\n',
  secrets: ['s3cret'],
  crash: null,
}

const report = (change: Partial<SoakRun> = {}) => makeSoakReport({ ...GOOD, ...change }, { minutes: 2, seed: 1 })

describe('a soak', () => {
  it('counts polls, renewals and faults by kind', () => {
    expect(report()).toMatchObject({ polls: 2, renewals: 1, faults: { 'status 503': 1, reset: 1 }, failures: [] })
  })

  it.each<[failure: string, change: Partial<SoakRun>]>([
    ['1 polls came below the interval', { requests: [pollAt(0), pollAt(999)] }],
    ['1 fatal lines in the helper’s log', { output: '{"level":60,"msg":"unhandled rejection"}' }],
    ['1 restarts of the helper', { samples: [...GOOD.samples, { ...sampleAt(24), processId: 8 }] }],
    ['1 secrets in the helper’s log', { output: '{"level":30,"token":"s3cret"}' }],
    ['the helper ended with 1', { crash: 'the helper ended with 1' }],
    ['too few samples to see a trend', { samples: [sampleAt(0)] }],
    [
      'timers grew from 3 to 7',
      { samples: GOOD.samples.map((sample, index) => (index > 20 ? { ...sample, timers: 7 } : sample)) },
    ],
  ])('fails when %s', (failure, change) => {
    expect(report(change).failures).toEqual([failure])
  })

  it('forgives three timers more', () => {
    const samples = GOOD.samples.map((sample, index) => (index > 20 ? { ...sample, timers: 6 } : sample))
    expect(report({ samples }).failures).toEqual([])
  })

  it('is told minute by minute', () => {
    const text = describeSoak(report(), GOOD)
    expect(text).toContain('status 503')
    expect(text.split('\n').filter((line) => /^\s+[12]\s/.test(line))).toHaveLength(2)
  })
})
