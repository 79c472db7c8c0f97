/** The page's half of the contextBridge. Injected as text before any script of the page; leaves no trace in its globals. */
import type { openWorldPort } from './world-port.ts'

/** Waits for the preload to hand over the element that the two worlds talk through; it does so before the page runs. */
export function awaitPreload(open: typeof openWorldPort, meetingEvent: string): void {
  if (window !== window.top) return
  window.addEventListener(
    meetingEvent,
    (event) => {
      // `relatedTarget` is the one property by which an object reaches another world as itself.
      if (event instanceof MouseEvent && event.relatedTarget) open(event.relatedTarget, 'page')
    },
    { once: true },
  )
}
