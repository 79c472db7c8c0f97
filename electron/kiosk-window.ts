/** The one window: full screen, sandboxed, on the kiosk's own page. Never loads anything from the network. */
import { join } from 'node:path'
import { BrowserWindow, type Session } from 'electron'
import { LOCKED_PREFERENCES } from './page-preferences.ts'

/** Behind the page until it has painted; the page's own background. */
export const KIOSK_BACKGROUND = '#081529'

export function openKioskWindow(session: Session): BrowserWindow {
  const window = new BrowserWindow({
    show: false,
    kiosk: true,
    frame: false,
    autoHideMenuBar: true,
    backgroundColor: KIOSK_BACKGROUND,
    title: 'Digital Receptionist',
    webPreferences: {
      preload: join(__dirname, 'preload.cjs'),
      session,
      ...LOCKED_PREFERENCES,
      // A window that something else covers must go on painting, or it would be taken for frozen.
      backgroundThrottling: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  return window
}
