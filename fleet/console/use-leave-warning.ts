/** What has not left the page yet would be lost with it: the browser asks before it closes. */
import { useEffect } from 'react'
import type { GivenOrder } from './fleet-store.ts'

const isUnsent = ({ run }: GivenOrder) =>
  [...run.kiosks.values()].some(({ standing }) => standing.kind === 'waiting' && !standing.isAtBroker)

export function useLeaveWarning(runs: readonly GivenOrder[]): void {
  const isSending = runs.some(isUnsent)
  useEffect(() => {
    if (!isSending) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isSending])
}
