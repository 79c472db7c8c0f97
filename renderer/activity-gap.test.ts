import { describe, expect, it } from 'vitest'
import { isReportDue } from './activity-gap.ts'

describe('isReportDue', () => {
  it.each([
    ['at the first touch', null, 0, false, true],
    ['not at a touch soon after', 10_000, 14_999, false, false],
    ['after five seconds', 10_000, 15_000, false, true],
    ['at once while the end is announced', 10_000, 10_800, true, true],
    ['once for the events of one touch', 10_000, 10_030, true, false],
  ])('%s', (_when, lastReportAtMs, nowMs, isWarning, expected) => {
    expect(isReportDue(lastReportAtMs, nowMs, isWarning)).toBe(expected)
  })
})
