import { describe, expect, it } from 'vitest'
import { recoveryChart, requestsChart } from './fleet-charts.ts'
import { describeRuns, formatTable, runsAsJson } from './fleet-report.ts'
import { runFleet } from './fleet-run.ts'

const run = runFleet(200, 1)

describe('the fleet report', () => {
  it('is one line of JSON with the numbers of every habit', () => {
    const line = runsAsJson([run], 1)
    expect(line).not.toContain('\n')
    const { kiosks, requirement, seed } = JSON.parse(line)
    expect(Object.keys(kiosks['200'])).toEqual(['ours', 'fixedInterval', 'exponentialWithoutJitter'])
    expect(kiosks['200'].ours).toEqual({
      recoveryWork: expect.any(Number),
      recoveryPeakPerSecond: expect.any(Number),
      idealPerSecond: expect.any(Number),
      ratioToIdeal: expect.any(Number),
      secondsToRecoverP95: expect.any(Number),
      secondsToRecoverLast: expect.any(Number),
      requests: { duringOutage: expect.any(Object), afterOutage: expect.any(Object) },
    })
    expect(requirement).toEqual({ kiosks: 100_000, mostRatioToIdeal: 1.5, met: null })
    expect(seed).toBe(1)
  })

  it('says what it counts and what is not built yet', () => {
    const words = describeRuns([run])
    expect(words).toContain('up to and including the first that\nsucceeds')
    expect(words).toContain('not built yet')
  })

  it('says whether the requirement is met by the fleet that it is about', () => {
    const ours = (ratioToIdeal: number) => ({
      ...run,
      kiosks: 100_000,
      reports: { ...run.reports, ours: { ...run.reports.ours, ratioToIdeal } },
    })
    expect(describeRuns([ours(1.5)])).toContain('ideal: met.')
    expect(describeRuns([ours(1.51)])).toContain('ideal: MISSED.')
    expect(describeRuns([run])).toContain('was not played')
  })

  it('aligns words to the left and numbers to the right', () => {
    expect(
      formatTable([
        ['kiosks', 'habit', 'peak'],
        ['200', 'ours', '7'],
      ]),
    ).toBe('kiosks  habit  peak\n200     ours      7')
  })

  it('draws both charts', () => {
    for (const svg of [requestsChart(run), recoveryChart(run)]) expect(svg).toMatch(/^<svg[\s\S]*<\/svg>\n$/)
  })
})
