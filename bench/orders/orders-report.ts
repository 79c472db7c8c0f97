/** What a revoke of a whole fleet takes. Pure. */
import { percentile, round } from '../side-by-side/statistics.ts'
import { table } from '../side-by-side/text-table.ts'

export type OrdersRound = {
  /** Of each kiosk, from the moment at which the revoke of the fleet began, its signing counted. */
  receiptMs: readonly number[]
  /** Of the real kiosk alone, which judges and keeps its order as any other. */
  realReceiptMs: number
  /** Of the real kiosk alone: until its screen was told. */
  screenMs: number
  /** How long signing and publishing all of them took. */
  sendingMs: number
}

type ProcessLoad = { residentMiB: number; idleCpuMsPerMinute: number }

type Percentiles = { p50: number; p95: number; p99: number }

export type OrdersReport = {
  kiosks: number
  rounds: number
  cores: number
  /** Of all of them: simulated kiosks check an order's signature and sign a receipt, and neither judge nor keep it. */
  orderToReceiptMs: Percentiles
  realKioskReceiptMs: Percentiles
  orderToScreenMs: Percentiles
  sendingMs: number
  /** The real kiosk's helper. */
  kiosk: ProcessLoad & { cpuMsPerOrder: number }
  /** Another one beside it, which is the same but for the broker. */
  kioskWithoutBroker: ProcessLoad
  brokerResidentMiB: number
}

function percentilesOf(values: readonly number[]): Percentiles {
  const at = (share: number) => round(percentile(values, share), 1)
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

export function makeOrdersReport(
  rounds: readonly OrdersRound[],
  given: Pick<OrdersReport, 'kiosks' | 'cores' | 'kiosk' | 'kioskWithoutBroker' | 'brokerResidentMiB'>,
): OrdersReport {
  return {
    ...given,
    rounds: rounds.length,
    orderToReceiptMs: percentilesOf(rounds.flatMap(({ receiptMs }) => receiptMs)),
    realKioskReceiptMs: percentilesOf(rounds.map(({ realReceiptMs }) => realReceiptMs)),
    orderToScreenMs: percentilesOf(rounds.map(({ screenMs }) => screenMs)),
    sendingMs: round(
      percentile(
        rounds.map(({ sendingMs }) => sendingMs),
        0.5,
      ),
      1,
    ),
  }
}

/** @returns a table for a terminal */
export function describeOrders(report: OrdersReport): string {
  const row = (what: string, { p50, p95, p99 }: Percentiles): [string, string, string, string] => [
    what,
    p50.toFixed(0),
    p95.toFixed(0),
    p99.toFixed(0),
  ]
  const { kiosk, kioskWithoutBroker: without } = report
  return [
    table(`A revoke of ${report.kiosks} kiosks, ${report.rounds} times, in ms (${report.cores} cores)`, [
      ['', 'p50', 'p95', 'p99'],
      row('order to receipt', report.orderToReceiptMs),
      row('order to receipt, the real kiosk', report.realKioskReceiptMs),
      row('order to screen, the real kiosk', report.orderToScreenMs),
    ]),
    'all kiosks but one are simulated: they sign a receipt, and neither judge an order nor keep it on a disk',
    `signing and sending them all: ${report.sendingMs.toFixed(0)} ms`,
    `a kiosk: ${kiosk.residentMiB} MiB resident (${without.residentMiB} without a broker), ` +
      `${kiosk.cpuMsPerOrder} ms of CPU an order, at rest ${kiosk.idleCpuMsPerMinute} ms a minute (${without.idleCpuMsPerMinute})`,
    `the broker: ${report.brokerResidentMiB} MiB resident`,
  ].join('\n')
}
