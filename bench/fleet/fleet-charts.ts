/** The run of the largest fleet as two charts: everything that is asked for, and the recovery work alone. Pure. */
import { lineChart } from '../chart/line-chart.ts'
import { HABIT_TITLES } from './fleet-report.ts'
import { type FleetRun, HABIT_NAMES } from './fleet-run.ts'
import { IDEAL_SPREAD_SECONDS, type RecoveryReport } from './recovery-meter.ts'
import { TEN_MINUTES } from './simulate-outage.ts'

/** One point for so many seconds, the busiest of them: habits of 5 s would otherwise paint the chart full. */
const SECONDS_PER_POINT = 5
const MINUTE_SECONDS = 60
const startSeconds = TEN_MINUTES.startMs / 1000
const endSeconds = TEN_MINUTES.endMs / 1000
const IDEAL_NAME = `ideal: evenly over ${IDEAL_SPREAD_SECONDS} s`

type Point = [x: number, y: number]

/** By minutes since the outage began. */
function busiestSeconds(perSecond: Uint32Array): Point[] {
  return Array.from({ length: Math.floor(perSecond.length / SECONDS_PER_POINT) }, (_, index): Point => {
    const from = index * SECONDS_PER_POINT
    const most = perSecond.subarray(from, from + SECONDS_PER_POINT).reduce((a, b) => Math.max(a, b), 0)
    return [minutesAt(from + SECONDS_PER_POINT / 2), most]
  })
}

function minutesAt(second: number): number {
  return (second - startSeconds) / MINUTE_SECONDS
}

function busiestAfter({ perSecond }: RecoveryReport): string {
  const most = perSecond.requests.subarray(endSeconds).reduce((a, b) => Math.max(a, b), 0)
  return most.toLocaleString('en-GB')
}

/** Silent through the outage; then its recovery work, and the normal load of those who are back. */
function idealRequests({ idealPerSecond, perSecond }: RecoveryReport): Point[] {
  const normal = perSecond.requests.subarray(0, startSeconds).reduce((a, b) => a + b, 0) / startSeconds
  const afterSpread = endSeconds + IDEAL_SPREAD_SECONDS
  return [
    [minutesAt(endSeconds), idealPerSecond],
    [minutesAt(afterSpread), idealPerSecond + normal],
    [minutesAt(afterSpread), normal],
    [minutesAt(perSecond.requests.length), normal],
  ]
}

export function requestsChart({ kiosks, reports }: FleetRun): string {
  const fleet = kiosks.toLocaleString('en-GB')
  return lineChart({
    title: `${fleet} kiosks through ten minutes without provider, gateway and broker`,
    description: `All requests per second, the busiest second of every ${SECONDS_PER_POINT}. The busiest second after the outage has ${busiestAfter(reports.ours)} requests of this kiosk’s fleet, ${busiestAfter(reports.fixedInterval)} of one that asks every 5 s, and ${busiestAfter(reports.exponentialWithoutJitter)} of one that doubles its waits without jitter.`,
    xLabel: 'minutes since the outage began',
    yLabel: `requests per second (busiest of ${SECONDS_PER_POINT} s)`,
    yScale: 'log',
    yLeast: 1000,
    series: [
      ...HABIT_NAMES.map((name) => ({
        name: HABIT_TITLES[name],
        points: busiestSeconds(reports[name].perSecond.requests),
      })),
      { name: IDEAL_NAME, points: idealRequests(reports.ours), dashed: true },
    ],
    bands: [{ from: 0, to: minutesAt(endSeconds), label: 'outage' }],
  })
}

export function recoveryChart({ kiosks, reports }: FleetRun): string {
  const fleet = kiosks.toLocaleString('en-GB')
  const { ratioToIdeal, idealPerSecond } = reports.ours
  const watched = Math.min(75, reports.ours.perSecond.recoveryWork.length)
  return lineChart({
    title: `How ${fleet} kiosks come back after ten minutes`,
    description: `Recovery work per second: what each kiosk needs back, up to the first success. The busiest second of this kiosk's fleet is ${ratioToIdeal.toFixed(2)} times that of a fleet spread evenly over ${IDEAL_SPREAD_SECONDS} s; asking every 5 s takes ${reports.fixedInterval.ratioToIdeal.toFixed(0)} times, doubling without jitter ${reports.exponentialWithoutJitter.ratioToIdeal.toFixed(0)} times.`,
    xLabel: 'seconds since everything is back',
    yLabel: 'recovery requests per second',
    yScale: 'log',
    yLeast: 100,
    series: [
      ...HABIT_NAMES.map((name) => ({
        name: HABIT_TITLES[name],
        points: Array.from(
          reports[name].perSecond.recoveryWork.subarray(0, watched),
          (work, second): Point => [second + 0.5, work],
        ),
      })),
      {
        name: IDEAL_NAME,
        points: [
          [0, idealPerSecond],
          [IDEAL_SPREAD_SECONDS, idealPerSecond],
          [IDEAL_SPREAD_SECONDS, 0],
        ],
        dashed: true,
      },
    ],
  })
}
