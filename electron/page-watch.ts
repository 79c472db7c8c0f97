/** Tells a page that paints from one that does not, by its heartbeats. Never counts time in which nobody could have painted. */
import { assertNever } from '../contract/kiosk-error.ts'

/** The page reports every two seconds. */
const PAINT_LIMIT_MS = 5_000
const FIRST_PAINT_LIMIT_MS = 8_000
const TICK_MS = 500
/** A tick that comes later than this tells of a machine that slept or starved, not of a page. */
const LATE_TICK_MS = 2_000

type PageWatch = {
  page: 'none' | 'loading' | 'painting'
  /** The display is away or asleep, or the machine is. */
  isPaused: boolean
  dueAtMs: number
}

type PageWatchEvent =
  | { kind: 'loading' | 'painted' | 'gone' | 'paused' | 'resumed' }
  | { kind: 'tick'; sinceLastTickMs: number }

/** What is wrong with a page that did not paint in time. */
export type PaintFault = 'blank' | 'frozen'

const NO_PAGE: PageWatch = { page: 'none', isPaused: false, dueAtMs: Number.POSITIVE_INFINITY }

function startAnew(watch: PageWatch, nowMs: number): PageWatch {
  if (watch.page === 'none' || watch.isPaused) return { ...watch, dueAtMs: Number.POSITIVE_INFINITY }
  return { ...watch, dueAtMs: nowMs + (watch.page === 'loading' ? FIRST_PAINT_LIMIT_MS : PAINT_LIMIT_MS) }
}

/** Pure. */
function stepPageWatch(watch: PageWatch, event: PageWatchEvent, nowMs: number): PageWatch {
  switch (event.kind) {
    case 'loading':
      return startAnew({ ...watch, page: 'loading' }, nowMs)
    case 'painted':
      // Word of a page that has been given up already.
      return watch.page === 'none' ? watch : startAnew({ ...watch, page: 'painting' }, nowMs)
    case 'gone':
      return startAnew({ ...watch, page: 'none' }, nowMs)
    case 'paused':
      return startAnew({ ...watch, isPaused: true }, nowMs)
    case 'resumed':
      return watch.isPaused ? startAnew({ ...watch, isPaused: false }, nowMs) : watch
    case 'tick':
      return event.sinceLastTickMs > LATE_TICK_MS ? startAnew(watch, nowMs) : watch
    default:
      return assertNever(event)
  }
}

function paintFaultOf({ page, dueAtMs }: PageWatch, nowMs: number): PaintFault | null {
  if (nowMs < dueAtMs) return null
  return page === 'loading' ? 'blank' : 'frozen'
}

export type PageWatching = {
  note(kind: 'loading' | 'painted' | 'gone' | 'paused' | 'resumed'): void
}

/** @param onFault called once for a page; it is watched again from its next load on */
export function watchPaint(onFault: (fault: PaintFault) => void): PageWatching {
  let watch = NO_PAGE
  let lastTickAtMs = performance.now()
  setInterval(() => {
    const nowMs = performance.now()
    watch = stepPageWatch(watch, { kind: 'tick', sinceLastTickMs: nowMs - lastTickAtMs }, nowMs)
    lastTickAtMs = nowMs
    const fault = paintFaultOf(watch, nowMs)
    if (fault === null) return
    watch = stepPageWatch(watch, { kind: 'gone' }, nowMs)
    onFault(fault)
  }, TICK_MS)
  return {
    note(kind) {
      watch = stepPageWatch(watch, { kind }, performance.now())
    },
  }
}
