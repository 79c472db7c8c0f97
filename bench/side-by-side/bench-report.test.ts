import { describe, expect, it } from 'vitest'
import type { FaultCase } from '../../demo/hostile-provider/fault-catalogue.ts'
import type { CellResult } from './approval-run.ts'
import { perClient } from './bench-client.ts'
import { floorMs, type Measures, makeReport } from './bench-report.ts'
import { describeReport } from './report-tables.ts'

function cell(intervalSeconds: number, roundTripMs: number, approveToTokenMs: number): CellResult {
  const signIns = perClient(() => [{ approveToTokenMs, polls: 3 }])
  const polls = perClient(() => ({ polls: 3, gapsBelowInterval: 1 }))
  return { intervalSeconds, roundTripMs, signIns, failures: perClient(() => []), polls }
}

function faultCase(name: string, expectation: FaultCase['expectation'], reason?: string): FaultCase {
  return { name, expectation, approveAfterPolls: 1, arrange: () => {}, ...(reason !== undefined && { reason }) }
}

const cut = faultCase('cut', 'survives')
const forged = faultCase('forged', 'refuses')
const polls = { polls: 2, gapsBelowInterval: 1 }
const MEASURES: Measures = {
  faultCases: [cut, forged, faultCase('gone', 'cannot survive', 'nobody is left')],
  faults: [
    { client: 'ours', faultCase: cut, stood: true, story: '', polls },
    { client: 'ours', faultCase: forged, stood: true, story: '', polls },
    { client: 'msal-node', faultCase: cut, stood: false, story: '', polls },
    { client: 'msal-node', faultCase: forged, stood: false, story: '', polls },
  ],
  cells: [cell(1, 150, 1_300), cell(5, 150, 2_650), cell(5, 5, 2_505)],
  starts: [{ roundTripMs: 150, nodeMs: 40, coldMs: 400, warmMs: 300 }],
  memory: null,
  machine: { cores: 2, loadavg: 0.5, driverDelayMs: { mean: 0.1, p99: 1 } },
}

describe('the report', () => {
  const report = makeReport(MEASURES)

  it('takes half an interval and a round trip for the least a client needs', () => {
    expect(floorMs({ intervalSeconds: 5, roundTripMs: 400 })).toBe(2_900)
  })

  it('counts who stood which faults, and names those who did not', () => {
    expect(report.faults.ours).toEqual({ survived: 1, of: 1, refused: 1, ofForgeries: 1 })
    expect(report.faults['msal-node']).toEqual({ survived: 0, of: 1, refused: 0, ofForgeries: 1 })
    expect(report.notSurvived['msal-node']).toEqual(['cut'])
    expect(report.notRefused['msal-node']).toEqual(['forged'])
    expect(report.cannotSurvive).toEqual([{ name: 'gone', reason: 'nobody is left' }])
  })

  it('gives the larger ratio of the intervals for each round trip, and each by itself', () => {
    expect(report.ratioToFloor.ours).toEqual({ 5: 1, 150: 2 })
    expect(report.ratioToFloorByInterval).toMatchObject({ 1: { ours: { 150: 2 } }, 5: { ours: { 5: 1, 150: 1 } } })
  })

  it('adds up the gaps of everything', () => {
    expect(report.gapsBelowInterval).toEqual({ ours: 5, 'openid-client': 3, 'msal-node': 5, 'shell-loop': 3 })
    expect(report.pollsPerSignIn.ours).toEqual({ 1: 3, 5: 3 })
  })

  it('compares a start with Node’s', () => {
    expect(report.startToCode).toEqual({ 150: { nodeMs: 40, coldMs: 400, warmMs: 300, coldRatio: 10, warmRatio: 7.5 } })
  })

  it('can be printed', () => {
    const text = describeReport(report)
    expect(text).toContain('From approval to token, interval 5 s')
    expect(text).toContain('gone: nobody is left')
    expect(text).not.toContain('undefined')
  })
})
