/** Tells the helper that somebody uses the kiosk. Never says more than that. */
import { useCallback, useEffect, useRef } from 'react'
import { isReportDue } from './activity-gap.ts'
import type { Send } from './use-kiosk.ts'

const SIGNS_OF_USE = ['pointerdown', 'touchstart', 'keydown'] as const

/**
 * Listens to the whole page for as long as the component is drawn.
 *
 * @returns the same for a button, which an assistive tool can press without touching the screen
 */
export function useActivity(send: Send, isWarning: boolean): () => void {
  const lastReportAtMs = useRef<number | null>(null)
  const report = useCallback(() => {
    if (!isReportDue(lastReportAtMs.current, performance.now(), isWarning)) return
    lastReportAtMs.current = performance.now()
    void send({ kind: 'activity' })
  }, [send, isWarning])
  useEffect(() => {
    // Capturing and passive: no component can keep a touch from counting, and none waits for it.
    const options = { capture: true, passive: true }
    for (const sign of SIGNS_OF_USE) window.addEventListener(sign, report, options)
    return () => {
      for (const sign of SIGNS_OF_USE) window.removeEventListener(sign, report, options)
    }
  }, [report])
  return report
}
