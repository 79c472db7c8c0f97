/** Asks the helper again and again while something is on the glass. Never keeps an answer from before a failure. */
import { useEffect, useState } from 'react'
import { reportProblem } from '../report-problem.ts'

/** @param read stable between two renders, or each one starts anew */
export function usePolled<T>(read: () => Promise<T>, everyMs: number, isWanted = true): T | null {
  const [found, setFound] = useState<T | null>(null)
  useEffect(() => {
    if (!isWanted) return
    let isWatching = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      try {
        const answer = await read()
        if (isWatching) setFound(answer)
      } catch (error) {
        reportProblem('Support was not answered', error)
        if (isWatching) setFound(null)
      }
      if (isWatching) timer = setTimeout(ask, everyMs)
    }
    void ask()
    return () => {
      isWatching = false
      clearTimeout(timer)
    }
  }, [read, everyMs, isWanted])
  return found
}
