/** Time on the helper's monotonic clock. Never uses the wall clock, which may jump. */
import { useEffect, useState } from 'react'
import type { HelperClock } from './received-view.ts'

const TICK_MS = 250

/** Milliseconds until a moment on the helper's clock, never below zero; draws again four times a second. */
export function useMsLeft(clock: HelperClock, momentMs: number): number {
  const [pageTimeMs, setPageTimeMs] = useState(() => performance.now())
  useEffect(() => {
    const ticker = setInterval(() => setPageTimeMs(performance.now()), TICK_MS)
    return () => clearInterval(ticker)
  }, [])
  return Math.max(0, momentMs - clock.aheadMs - pageTimeMs)
}

/** True from a moment on the helper's clock onwards, which may be never (Infinity); draws again only then. */
export function useHasPassed(clock: HelperClock, momentMs: number): boolean {
  const pageMomentMs = momentMs - clock.aheadMs
  const [pageTimeMs, setPageTimeMs] = useState(() => performance.now())
  useEffect(() => {
    if (pageMomentMs === Number.POSITIVE_INFINITY) return
    const timer = setTimeout(() => setPageTimeMs(performance.now()), Math.max(0, pageMomentMs - performance.now()) + 1)
    return () => clearTimeout(timer)
  }, [pageMomentMs])
  return pageTimeMs >= pageMomentMs
}
