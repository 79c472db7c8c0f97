/** Which heartbeats of the page are news to the helper: each change, and a sign of life now and then. Pure. */
import type { Painted } from '../contract/session-state.ts'
import type { PaintReport } from '../contract/window-bridge.ts'
import type { HelperView } from './helper-link.ts'

/** The helper tells every peer of each paint that it hears of. */
const SIGN_OF_LIFE_MS = 15_000

export type PaintNews = { what: string; atMs: number }

export const NO_NEWS: PaintNews = { what: '', atMs: Number.NEGATIVE_INFINITY }

/** @returns what is to be told from now on, the same as before where there is no news */
export function readPaintNews(last: PaintNews, report: PaintReport, view: HelperView, nowMs: number): PaintNews {
  if (report.sequence === null || view.kind === 'unlinked') return last
  // Another helper counts from the beginning.
  const what = [view.snapshot.helper.processId, report.sequence, report.kind, report.generation].join(' ')
  return what === last.what && nowMs - last.atMs < SIGN_OF_LIFE_MS ? last : { what, atMs: nowMs }
}

/** What the helper is told; null of a page that was painted without it. */
export function paintedOf({ sequence, kind, generation }: PaintReport, atEpochMs: number): Painted | null {
  return sequence === null ? null : { sequence, kind, generation, atEpochMs }
}
