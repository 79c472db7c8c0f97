/** What the gateway costs, as ratios to the provider asked directly. Pure. */
import { median, percentile, round } from '../side-by-side/statistics.ts'
import { type Row, table } from '../side-by-side/text-table.ts'

/** One round by one way. */
export type WayRound = {
  /** Of polls one after the other on a connection that stands. */
  keptMs: readonly number[]
  /** Of polls each on a connection of its own. */
  freshMs: readonly number[]
  requestsPerSecond: number
}

export type GatewayRound = { direct: WayRound; gateway: WayRound }

type Measure = { direct: number; gateway: number; ratio: number; added: number }

/** Milliseconds, and requests a second. Each is the median of all rounds; ratios are taken within a round. */
export type GatewayReport = {
  rounds: number
  connections: number
  cores: number
  keptP50Ms: Measure
  keptP95Ms: Measure
  freshP50Ms: Measure
  freshP95Ms: Measure
  requestsPerSecond: Measure
}

function measure(rounds: readonly GatewayRound[], of: (way: WayRound) => number): Measure {
  const pairs = rounds.map(({ direct, gateway }) => ({ direct: of(direct), gateway: of(gateway) }))
  const middle = (value: (pair: { direct: number; gateway: number }) => number) => round(median(pairs.map(value)), 3)
  return {
    direct: middle(({ direct }) => direct),
    gateway: middle(({ gateway }) => gateway),
    // The machine's moods last longer than a round.
    ratio: middle(({ direct, gateway }) => gateway / direct),
    added: middle(({ direct, gateway }) => gateway - direct),
  }
}

export function makeGatewayReport(
  rounds: readonly GatewayRound[],
  { connections, cores }: { connections: number; cores: number },
): GatewayReport {
  return {
    rounds: rounds.length,
    connections,
    cores,
    keptP50Ms: measure(rounds, ({ keptMs }) => percentile(keptMs, 0.5)),
    keptP95Ms: measure(rounds, ({ keptMs }) => percentile(keptMs, 0.95)),
    freshP50Ms: measure(rounds, ({ freshMs }) => percentile(freshMs, 0.5)),
    freshP95Ms: measure(rounds, ({ freshMs }) => percentile(freshMs, 0.95)),
    requestsPerSecond: measure(rounds, ({ requestsPerSecond }) => requestsPerSecond),
  }
}

/** @returns a table for a terminal */
export function describeGateway(report: GatewayReport): string {
  const row = (what: string, { direct, gateway, ratio, added }: Measure, digits: number): Row => [
    what,
    direct.toFixed(digits),
    gateway.toFixed(digits),
    ratio.toFixed(2),
    added.toFixed(digits),
  ]
  return table(`A poll through the gateway, beside the provider asked directly (${report.cores} cores)`, [
    ['', 'direct', 'gateway', 'ratio', 'added'],
    row('standing connection, p50 ms', report.keptP50Ms, 2),
    row('standing connection, p95 ms', report.keptP95Ms, 2),
    row('fresh connection, p50 ms', report.freshP50Ms, 2),
    row('fresh connection, p95 ms', report.freshP95Ms, 2),
    row(`requests/s, ${report.connections} devices at once`, report.requestsPerSecond, 0),
  ])
}
