/** Tells the shell what was painted, on every change and every two seconds. Never speaks of a screen that is not on the glass. */
import { useEffect, useRef } from 'react'
import type { KioskBridge, KioskView } from '../contract/window-bridge.ts'
import { untouchedMs } from './last-input.ts'
import { reportProblem } from './report-problem.ts'
import { generationOf } from './session-of.ts'

/** The shell takes a page that is silent for five seconds for frozen. */
const HEARTBEAT_MS = 2_000

function isOnGlass(): boolean {
  const screen = document.querySelector('main[data-screen]')
  if (screen === null) return false
  const { width, height } = screen.getBoundingClientRect()
  return width > 0 && height > 0
}

/** What is on the glass while this view is drawn. */
function paintOf(view: KioskView): { sequence: number | null; kind: string; generation: number | null } {
  if (view.kind === 'unlinked') return { sequence: null, kind: 'unlinked', generation: null }
  const { sequence, session } = view.snapshot
  return { sequence, kind: session.kind, generation: generationOf(session) }
}

export function useHeartbeat(bridge: KioskBridge, view: KioskView): void {
  const { sequence, kind, generation } = paintOf(view)
  const lastFrame = useRef(0)
  useEffect(() => {
    const report = () => {
      if (!isOnGlass()) return
      bridge
        .painted({ sequence, kind, generation, untouchedMs: untouchedMs() })
        .catch((error: unknown) => reportProblem('The shell did not take the paint report', error))
    }
    const beat = () => {
      // One at a time: a display that is off draws no frame, and must not gather them.
      cancelAnimationFrame(lastFrame.current)
      // The first frame draws the state; when the second begins, the first has been handed to the display.
      lastFrame.current = requestAnimationFrame(() => {
        lastFrame.current = requestAnimationFrame(report)
      })
    }
    beat()
    const ticker = setInterval(beat, HEARTBEAT_MS)
    return () => {
      clearInterval(ticker)
      cancelAnimationFrame(lastFrame.current)
    }
  }, [bridge, sequence, kind, generation])
}
