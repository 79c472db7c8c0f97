import { describe, expect, it } from 'vitest'
import { countDrills, type DrillRow, describeDrills } from './drill-table.ts'

const outcome = { times: 3, readable: 'nothing', leaks: [], lost: [], note: 'all is well' }
const GOOD: DrillRow = { name: 'logout', seconds: 4.4, kind: 'played', outcome }
const LEAKING: DrillRow = { ...GOOD, name: 'idle', outcome: { ...outcome, leaks: ['a secret in a log'] } }
const LOSING: DrillRow = { ...GOOD, name: 'restart', outcome: { ...outcome, lost: ['the session'] } }
const BROKEN: DrillRow = { name: 'crash', seconds: 1, kind: 'broken', why: 'no helper came' }
const NOT_PLAYED: DrillRow = { name: 'full', seconds: 0, kind: 'not-played', why: 'needs root' }

describe('the table of drills', () => {
  it('has a row for each and says what was wrong', () => {
    const lines = describeDrills([GOOD, LEAKING, LOSING, BROKEN, NOT_PLAYED]).split('\n')
    expect(lines[1]).toMatch(/^logout +3 +nothing +ok +4 +all is well$/)
    expect(lines.slice(2, 6).map((line) => /LEAK|LOST|BROKEN|not played/.exec(line)?.[0])).toEqual([
      'LEAK',
      'LOST',
      'BROKEN',
      'not played',
    ])
    expect(lines.slice(7, 10)).toEqual(['idle: a secret in a log', 'restart: the session', 'crash: no helper came'])
  })

  it('counts a broken drill as a leak, because it proves nothing, and one that was not played not at all', () => {
    expect(countDrills([GOOD, LEAKING, LOSING])).toEqual({ drills: 9, leaks: 1, lost: 1 })
    expect(countDrills([BROKEN])).toEqual({ drills: 1, leaks: 1, lost: 0 })
    expect(countDrills([NOT_PLAYED])).toEqual({ drills: 0, leaks: 0, lost: 0 })
  })
})
