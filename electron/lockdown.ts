/** What no page of the kiosk may do, whatever it runs, as rules with names. Never opens a window, a link, a file or a device. */
import type { App, BrowserWindow, Session, WebContents } from 'electron'
import { isKioskUrl, KIOSK_PAGE_URL } from './kiosk-origin.ts'
import { isLiveKey } from './live-keys.ts'

/** Tests are named after the rule that they prove, and `npm run e2e:mutations` takes one rule away at a time. */
type Rule<Target> = { name: string; apply: (target: Target) => void }

const APP_RULES: readonly Rule<App>[] = [
  { name: 'pinch', apply: (app) => app.commandLine.appendSwitch('disable-pinch') },
  { name: 'swipe', apply: (app) => app.commandLine.appendSwitch('overscroll-history-navigation', '0') },
  {
    name: 'certificate errors',
    apply: (app) =>
      app.on('certificate-error', (event, _contents, _url, _error, _certificate, trust) => {
        event.preventDefault()
        trust(false)
      }),
  },
  {
    // Unhandled, Electron shows the first certificate of the system's store to whoever asks.
    name: 'client certificates',
    apply: (app) =>
      app.on('select-client-certificate', (event, _contents, _url, _certificates, choose) => {
        event.preventDefault()
        choose()
      }),
  },
  {
    name: 'logins',
    apply: (app) =>
      app.on('login', (event, _contents, _request, _from, answer) => {
        event.preventDefault()
        answer()
      }),
  },
]

const SESSION_RULES: readonly Rule<Session>[] = [
  {
    // Every one is denied, `openExternal` among them: the kiosk's page needs none.
    name: 'permissions asked for',
    apply: (session) => session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false)),
  },
  { name: 'permissions looked up', apply: (session) => session.setPermissionCheckHandler(() => false) },
  { name: 'devices', apply: (session) => session.setDevicePermissionHandler(() => false) },
  { name: 'downloads', apply: (session) => session.on('will-download', (event) => event.preventDefault()) },
]

const CONTENTS_RULES: readonly Rule<WebContents>[] = [
  { name: 'new windows', apply: (contents) => contents.setWindowOpenHandler(() => ({ action: 'deny' })) },
  {
    name: 'navigation',
    apply: (contents) =>
      contents.on('will-navigate', (event) => {
        if (!isKioskUrl(event.url)) event.preventDefault()
      }),
  },
  {
    name: 'frames',
    apply: (contents) =>
      contents.on('will-frame-navigate', (event) => {
        if (!event.isMainFrame) event.preventDefault()
      }),
  },
  { name: 'redirects', apply: (contents) => contents.on('will-redirect', (event) => event.preventDefault()) },
  {
    // Nobody is asked about `about:blank`, which would stay as a white screen.
    name: 'the way back',
    apply: (contents) =>
      contents.on('did-navigate', (_event, url) => {
        // Rejects when a later load takes its place, about which this is asked again.
        if (!isKioskUrl(url)) contents.loadURL(KIOSK_PAGE_URL).catch(() => {})
      }),
  },
  { name: 'webviews', apply: (contents) => contents.on('will-attach-webview', (event) => event.preventDefault()) },
  {
    name: 'dead keys',
    apply: (contents) =>
      contents.on('before-input-event', (event, input) => {
        if (!isLiveKey(input)) event.preventDefault()
      }),
  },
  { name: 'zoom', apply: (contents) => contents.on('dom-ready', () => contents.setVisualZoomLevelLimits(1, 1)) },
  // The window refuses them by its preferences; this holds for a page that was opened without.
  { name: 'devtools', apply: (contents) => contents.on('devtools-opened', () => contents.closeDevTools()) },
]

const WINDOW_RULES: readonly Rule<{ app: App; window: BrowserWindow }>[] = [
  {
    // Alt+F4 and `window.close()` close nothing; the shell's own end does.
    name: 'closing',
    apply: ({ app, window }) => {
      let isEnding = false
      app.on('before-quit', () => {
        isEnding = true
      })
      window.on('close', (event) => {
        if (!isEnding) event.preventDefault()
      })
    },
  },
  // Windows waits for a shell that does not go, and shows it as what keeps the machine from shutting down.
  { name: 'log-off', apply: ({ app, window }) => window.on('session-end', () => app.quit()) },
  // Move, size and close, on a press of the right button where a page says that it is the window's title.
  { name: 'window menu', apply: ({ window }) => window.on('system-context-menu', (event) => event.preventDefault()) },
]

/** Call before the app is ready. */
export function lockApp(app: App): void {
  for (const { apply } of APP_RULES) apply(app)
}

export function lockSession(session: Session): void {
  for (const { apply } of SESSION_RULES) apply(session)
}

/** Call for every WebContents as it is created. */
export function lockContents(contents: WebContents): void {
  for (const { apply } of CONTENTS_RULES) apply(contents)
}

export function lockWindow(app: App, window: BrowserWindow): void {
  for (const { apply } of WINDOW_RULES) apply({ app, window })
}
