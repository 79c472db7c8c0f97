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

type PageNews = 'loading' | 'painted' | 'gone' | 'paused' | 'resumed'

/** What is wrong with a page that did not paint in time. */
export type PaintFault = 'blank' | 'frozen'

const NO_PAGE: PageWatch = { page: 'none', isPaused: false, dueAtMs: Number.POSITIVE_INFINITY }

function startAnew(watch: PageWatch, nowMs: number): PageWatch {
  if (watch.page === 'none' || watch.isPaused) return { ...watch, dueAtMs: Number.POSITIVE_INFINITY }
  return { ...watch, dueAtMs: nowMs + (watch.page === 'loading' ? FIRST_PAINT_LIMIT_MS : PAINT_LIMIT_MS) }
}

/** Pure. */
function stepPageWatch(watch: PageWatch, news: PageNews, nowMs: number): PageWatch {
  switch (news) {
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
    default:
      return assertNever(news)
  }
}

export type PageWatching = { note(news: PageNews): void }

/** @param onFault called once for a page; it is watched again from its next load on */
export function watchPaint(onFault: (fault: PaintFault) => void): PageWatching {
  let watch = NO_PAGE
  let lastTickAtMs = performance.now()
  setInterval(() => {
    const nowMs = performance.now()
    if (nowMs - lastTickAtMs > LATE_TICK_MS) watch = startAnew(watch, nowMs)
    lastTickAtMs = nowMs
    if (nowMs < watch.dueAtMs) return
    const fault = watch.page === 'loading' ? 'blank' : 'frozen'
    watch = stepPageWatch(watch, 'gone', nowMs)
    onFault(fault)
  }, TICK_MS)
  return {
    note(news) {
      watch = stepPageWatch(watch, news, performance.now())
    },
  }
}
