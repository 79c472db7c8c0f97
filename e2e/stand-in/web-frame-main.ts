/** A page's frames as the main process sees them: always the app's own URL, never the mapped one. */
import type { WebFrameMain } from 'electron'
import { asWebFrameMain } from './as-electron.ts'
import { guardApi } from './refuse-unknown.ts'
import { electronOriginOf, toElectronUrl } from './scheme-hosts.ts'

export type StandInWebFrameMain = Pick<
  WebFrameMain,
  | ('url' | 'origin' | 'parent' | 'top' | 'routingId' | 'frameTreeNodeId' | 'processId' | 'detached' | 'isDestroyed')
  | 'collectJavaScriptCallStack'
>

type FrameParts = {
  id: number
  currentUrl: () => string
  origin: () => string
  parent: () => WebFrameMain | null
  callStack?: () => Promise<string | undefined>
}

/** The stand-in has one process per page and does not know Chromium's own numbers. */
export function createFrame({ id, currentUrl, origin, parent, callStack }: FrameParts): StandInWebFrameMain {
  const frame: StandInWebFrameMain = {
    get url() {
      return toElectronUrl(currentUrl())
    },
    get origin() {
      return origin()
    },
    get parent() {
      return parent()
    },
    get top() {
      return parent()?.top ?? asWebFrameMain(frame)
    },
    routingId: id,
    frameTreeNodeId: id,
    processId: id,
    detached: false,
    isDestroyed: () => false,
    // Electron's own type: a promise of one or of the other.
    collectJavaScriptCallStack: () => (callStack?.() ?? Promise.resolve()) as Promise<string>,
  }
  return guardApi('webFrameMain', frame)
}

export function createMainFrame(
  id: number,
  { url: currentUrl, callStack }: { url: () => string; callStack: () => Promise<string | undefined> },
): StandInWebFrameMain {
  return createFrame({ id, currentUrl, origin: () => electronOriginOf(currentUrl()), parent: () => null, callStack })
}
