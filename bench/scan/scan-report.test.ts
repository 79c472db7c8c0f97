import { describe, expect, it } from 'vitest'
import { GRID } from './grid.ts'
import { describeScan, makeScanReport } from './scan-report.ts'
import { SCREENS } from './screens.ts'

const READ = { zbar: true, jsQr: true }
const ONLY_ZBAR = { zbar: true, jsQr: false }
const NOT_READ = { zbar: false, jsQr: false }
const everyday = GRID.findIndex((cell) => cell.everyday)
const hard = GRID.findIndex((cell) => !cell.everyday)

const report = makeScanReport(
  [
    { screenIndex: 0, cellIndex: everyday, contestant: 'ours', reading: READ },
    { screenIndex: 0, cellIndex: hard, contestant: 'ours', reading: ONLY_ZBAR },
    { screenIndex: 0, cellIndex: everyday, contestant: 'plain', reading: READ },
    { screenIndex: 0, cellIndex: hard, contestant: 'plain', reading: NOT_READ },
  ],
  GRID,
  SCREENS,
)

describe('the scan report', () => {
  it('scores what either reader finds', () => {
    expect(report.contestants.ours?.all).toEqual({ of: 2, either: 2, both: 1, zbar: 2, jsQr: 1 })
    expect(report).toMatchObject({ photos: 4, aheadPoints: 50, plainFailsPercent: 50, everydayPercent: 100 })
  })

  it('tells everyday photos from hard ones', () => {
    expect(report.contestants.plain?.everyday).toMatchObject({ of: 1, either: 1 })
    expect(report.contestants.plain?.hard).toMatchObject({ of: 1, either: 0 })
  })

  it('prints a row for each condition that was photographed', () => {
    expect(describeScan(report)).toMatch(/hard {6}distance, 220 px +1 of 1 +0 of 1/)
  })
})

describe('the grid', () => {
  it('is everyday in exactly one half', () => {
    expect(GRID.filter((cell) => cell.everyday)).toHaveLength(GRID.length / 2)
  })
})
