/** What no page of the kiosk may do, whatever it runs. Never opens a window, a link, a file or a device. */
import type { Session, WebContents } from 'electron'
import { KIOSK_ORIGIN } from './kiosk-page.ts'

function isKioskPage(url: string): boolean {
  const parsed = URL.parse(url)
  return parsed !== null && `${parsed.protocol}//${parsed.host}` === KIOSK_ORIGIN
}

/** Every permission is denied: the kiosk's page needs none. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
}

/** Call for every WebContents as it is created. */
export function lockContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => {
    if (!isKioskPage(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
}
