/**
 * Asks the app about addresses that Electron would hand to the operating system, such as `mailto:`: first whether a frame may
 * leave, then for the permission `openExternal`. Never opens one; says on standard error that Electron would have.
 */
import type { ChromiumSession } from './chromium-connection.ts'
import { inBackground } from './chromium-connection.ts'
import { createEvent } from './guarded-emitter.ts'
import type { StandInSession } from './session.ts'
import type { StandInWebContents } from './web-contents.ts'

/** What Chromium loads, or refuses, by itself. */
const KNOWN_SCHEMES = [
  ...['http:', 'https:', 'ws:', 'wss:', 'about:', 'blob:', 'data:', 'file:', 'filesystem:', 'javascript:'],
  ...['chrome:', 'chrome-error:', 'chrome-untrusted:', 'devtools:', 'view-source:'],
]

export function askAboutExternalAddresses(
  page: { session: ChromiumSession; mainFrameId: string },
  webContents: StandInWebContents,
  standInSession: StandInSession,
): void {
  const mayLeave = (url: string, isMainFrame: boolean): boolean => {
    const details = { url, isSameDocument: false, isMainFrame, frame: isMainFrame ? webContents.mainFrame : null }
    const event = createEvent(details)
    if (isMainFrame) webContents.emit('will-navigate', event, url, false, true, 1, 1)
    if (event.defaultPrevented) return false
    const ofFrame = createEvent(details)
    webContents.emit('will-frame-navigate', ofFrame)
    return !ofFrame.defaultPrevented
  }
  page.session.on('Page.frameStartedNavigating', ({ url, frameId }) => {
    if (KNOWN_SCHEMES.includes(URL.parse(url)?.protocol ?? 'about:')) return
    const isMainFrame = frameId === page.mainFrameId
    if (!mayLeave(url, isMainFrame)) return
    const opened = standInSession.standIn.mayOpenExternal(webContents, url, isMainFrame).then((isGranted) => {
      if (isGranted) console.error(`electron stand-in: hands ${url} to the operating system`)
    })
    inBackground(opened)
  })
}
