/** A page's main frame as the main process sees it: always the app's own URL, never the mapped one. */
import type { WebFrameMain } from 'electron'
import { asWebFrameMain } from './as-electron.ts'
import { guardApi } from './refuse-unknown.ts'
import { electronOriginOf, toElectronUrl } from './scheme-hosts.ts'

export type StandInWebFrameMain = Pick<
  WebFrameMain,
  | ('url' | 'origin' | 'parent' | 'top' | 'routingId' | 'frameTreeNodeId' | 'processId' | 'detached' | 'isDestroyed')
  | 'collectJavaScriptCallStack'
>

/** The stand-in has one process per page and does not know Chromium's own numbers. */
export function createMainFrame(
  id: number,
  { url: currentUrl, callStack }: { url: () => string; callStack: () => Promise<string | undefined> },
): StandInWebFrameMain {
  const frame: StandInWebFrameMain = {
    get url() {
      return toElectronUrl(currentUrl())
    },
    get origin() {
      return electronOriginOf(currentUrl())
    },
    parent: null,
    get top() {
      return asWebFrameMain(frame)
    },
    routingId: id,
    frameTreeNodeId: id,
    processId: id,
    detached: false,
    isDestroyed: () => false,
    // Electron's own type: a promise of one or of the other.
    collectJavaScriptCallStack: () => callStack() as Promise<string>,
  }
  return guardApi('webFrameMain', frame)
}
