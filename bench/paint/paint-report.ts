/** What the paint bench found, as numbers and as tables. Pure. */
import type { MachineLoad } from '../side-by-side/machine-load.ts'
import { percentile, round } from '../side-by-side/statistics.ts'
import { type Row, table } from '../side-by-side/text-table.ts'
import type { PageName, PageTimes } from './page-floor.ts'
import type { PaintRun } from './paint-run.ts'

/** What the screens promise: a change within three frames, a code before anybody wonders. */
const MOST_CHANGE_P95_MS = 50
/** The renderer's own: the stand-in serves each file of the page by way of a debugger, which Electron does not. */
const MOST_FIRST_CODE_MS = 300

type Times = { count: number; p50: number; p95: number; worst: number }

export type PaintReport = {
  runtime: string
  /** From the helper's change of state to the second frame. */
  change: Times
  changeByKind: Record<string, Times>
  replacedBeforePainted: number
  /** From the navigation of a new renderer to the second frame with a code. */
  firstCode: Times
  pages: Record<PageName, { firstPaint: Times; change: Times }>
  /** Ours to the bare page's, medians. */
  ratioToBare: { firstPaint: number; change: number }
  isWithinPromise: boolean
  machine: MachineLoad
}

function timesOf(values: readonly number[]): Times {
  const at = (share: number) => round(percentile(values, share), 1)
  return { count: values.length, p50: at(0.5), p95: at(0.95), worst: at(1) }
}

export function makePaintReport(run: PaintRun, pages: Record<PageName, PageTimes>, machine: MachineLoad): PaintReport {
  const byKind = Object.groupBy(run.delays, ({ kind }) => kind)
  const pageOf = (name: PageName) => ({
    firstPaint: timesOf(pages[name].firstPaintMs),
    change: timesOf(pages[name].changeMs),
  })
  const [ours, bare] = [pageOf('ours'), pageOf('bare')]
  const change = timesOf(run.delays.map(({ delayMs }) => delayMs))
  const firstCode = timesOf(run.firstCodeMs)
  return {
    runtime: run.runtime,
    change,
    changeByKind: Object.fromEntries(
      Object.entries(byKind).map(([kind, delays = []]) => [kind, timesOf(delays.map(({ delayMs }) => delayMs))]),
    ),
    replacedBeforePainted: run.replaced,
    firstCode,
    pages: { ours, bare },
    ratioToBare: {
      firstPaint: round(ours.firstPaint.p50 / bare.firstPaint.p50, 2),
      change: round(ours.change.p50 / bare.change.p50, 2),
    },
    isWithinPromise: change.p95 <= MOST_CHANGE_P95_MS && ours.firstPaint.p50 <= MOST_FIRST_CODE_MS,
    machine,
  }
}

const HEAD: Row = ['', 'count', 'p50 ms', 'p95 ms', 'worst ms']
const rowOf = (name: string, { count, p50, p95, worst }: Times): Row => [name, count, p50, p95, worst]

export function describePaint(report: PaintReport): string {
  const { change, changeByKind, firstCode, pages, ratioToBare, machine, runtime } = report
  return [
    table(`From the helper's change of state to painted, ${runtime}`, [
      HEAD,
      ...Object.entries(changeByKind).map(([kind, times]) => rowOf(kind, times)),
      rowOf('all', change),
    ]),
    `${report.replacedBeforePainted} changes were replaced before they could be painted.\n`,
    table('From a new renderer to a painted code', [
      HEAD,
      rowOf('the page alone', pages.ours.firstPaint),
      rowOf('with shell and helper', firstCode),
    ]),
    table('The page alone, beside one that only writes text', [
      HEAD,
      rowOf('first paint, ours', pages.ours.firstPaint),
      rowOf('first paint, bare', pages.bare.firstPaint),
      rowOf('change, ours', pages.ours.change),
      rowOf('change, bare', pages.bare.change),
    ]),
    `Ours to bare: first paint x ${ratioToBare.firstPaint}, change x ${ratioToBare.change}.`,
    `Promise (change p95 <= ${MOST_CHANGE_P95_MS} ms, first code of the page alone p50 <= ${MOST_FIRST_CODE_MS} ms): ${report.isWithinPromise ? 'kept' : 'NOT KEPT'}.`,
    `Machine: ${machine.cores} cores, load ${machine.loadavg}.`,
    '',
  ].join('\n')
}
