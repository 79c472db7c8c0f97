/** Asks the app's `setWindowOpenHandler` about a window that a page opens, while Chromium holds it before its first request. */
import type { HandlerDetails, WebContents, WindowOpenHandlerResponse } from 'electron'
import { type ChromiumSession, inBackground } from './chromium-connection.ts'
import type { Protocol } from './chromium-protocol.ts'
import { toElectronUrl } from './scheme-hosts.ts'
import type { Target } from './targets.ts'

export type WindowOpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0]

// The event of the opening comes from the page, the window from the browser: mostly, not always, in this order.
const OPENING_WAIT_MS = 500

function detailsOf(opening: Protocol.Page.windowOpenPayload | null, popup: Target): HandlerDetails {
  return {
    url: toElectronUrl(opening?.url ?? popup.info.url),
    frameName: opening?.windowName === '_blank' ? '' : (opening?.windowName ?? ''),
    features: opening?.windowFeatures.join(',') ?? '',
    disposition: 'foreground-tab',
    referrer: { url: '', policy: 'strict-origin-when-cross-origin' },
  }
}

/**
 * Follows the windows that a page opens.
 *
 * @param handler what the app has installed by now; with `null` every window opens, as in Electron
 * @param onAllowed gets the window, still paused
 */
export function guardWindowOpen(
  session: ChromiumSession,
  handler: () => WindowOpenHandler | null,
  onAllowed: (popup: Target, response: WindowOpenHandlerResponse) => void,
): (popup: Target) => void {
  const openings: Protocol.Page.windowOpenPayload[] = []
  const waiting: ((opening: Protocol.Page.windowOpenPayload) => void)[] = []
  session.on('Page.windowOpen', (opening) => {
    const next = waiting.shift()
    if (next) next(opening)
    else openings.push(opening)
  })
  const nextOpening = (): Promise<Protocol.Page.windowOpenPayload | null> => {
    const known = openings.shift()
    if (known) return Promise.resolve(known)
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => {
        waiting.splice(waiting.indexOf(resolve), 1)
        resolve(null)
      }, OPENING_WAIT_MS)
      waiting.push((opening) => {
        clearTimeout(giveUp)
        resolve(opening)
      })
    })
  }
  const decide = async (popup: Target): Promise<void> => {
    // Another client of Chromium, such as a test's, may let the window run: its requests wait all the same.
    const held = popup.session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
    const details = detailsOf(await nextOpening(), popup)
    const response = handler()?.(details) ?? { action: 'allow' as const }
    await held
    if (response.action !== 'allow') {
      await popup.session.send('Page.close')
      return
    }
    await popup.session.send('Fetch.disable')
    onAllowed(popup, response)
  }
  return (popup) => inBackground(decide(popup))
}
