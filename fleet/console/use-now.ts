/** Spans go on though nothing happens. */
import { useEffect, useState } from 'react'

const TICK_MS = 15_000

export function useNow(): number {
  const [nowEpochMs, setNow] = useState(Date.now)
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(ticking)
  }, [])
  return nowEpochMs
}
