import { describe, expect, it } from 'vitest'
import { describeGateway, makeGatewayReport, type WayRound } from './gateway-report.ts'

const way = (ms: number, requestsPerSecond: number): WayRound => ({
  keptMs: [ms, ms, ms * 3],
  freshMs: [ms * 4],
  requestsPerSecond,
})

describe('the report on the gateway', () => {
  const rounds = [
    { direct: way(1, 1000), gateway: way(2, 500) },
    { direct: way(2, 500), gateway: way(3, 300) },
    { direct: way(1, 900), gateway: way(4, 450) },
  ]
  const report = makeGatewayReport(rounds, { connections: 16, cores: 2 })

  it('takes ratios within a round, and the median of them', () => {
    expect(report.keptP50Ms).toEqual({ direct: 1, gateway: 3, ratio: 2, added: 1 })
    expect(report.keptP95Ms).toEqual({ direct: 3, gateway: 9, ratio: 2, added: 3 })
    expect(report.freshP50Ms).toMatchObject({ direct: 4, gateway: 12 })
    expect(report.requestsPerSecond).toMatchObject({ direct: 900, gateway: 450, ratio: 0.5 })
  })

  it('is a table', () => {
    expect(describeGateway(report)).toMatch(/^ {2}standing connection, p50 ms +1\.00 +3\.00 +2\.00 +1\.00$/m)
    expect(describeGateway(report)).toMatch(/^ {2}requests\/s, 16 devices at once +900 +450 +0\.50 +-/m)
  })
})
