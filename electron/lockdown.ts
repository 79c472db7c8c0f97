/** What no page of the kiosk may do, whatever it runs, as rules with names. Never opens a window, a link or a file. */
import type { App, BrowserWindow, Session, WebContents } from 'electron'
import { isKioskUrl, KIOSK_PAGE_URL } from './kiosk-origin.ts'
import { isLiveKey } from './live-keys.ts'
import { reportFault } from './shell-log.ts'

/** Tests are named after the rule that they prove, and `npm run e2e:mutations` takes one rule away at a time. */
type Rules<Target> = Readonly<Record<string, (target: Target, confines: Confines) => void>>

/** Where the rules differ: the kiosk's own page goes nowhere, the hosted app stays within its origin. */
export type Confines = {
  /** Where a page that got away is led back to. */
  home: string
  isInside(url: string): boolean
  mayRedirect(url: string): boolean
  /** For frames within the page. */
  mayFrame(url: string): boolean
  /** @param asked `media` is empty, or what a camera and a microphone give: `video`, `audio` */
  mayUse(asked: { permission: string; url: string; media: readonly string[] }): boolean
}

export const KIOSK_CONFINES: Confines = {
  home: KIOSK_PAGE_URL,
  isInside: isKioskUrl,
  mayRedirect: () => false,
  mayFrame: () => false,
  mayUse: () => false,
}

const refuse = (event: { preventDefault(): void }) => event.preventDefault()

function refuseUnless(isAllowed: boolean, event: { preventDefault(): void }): void {
  if (!isAllowed) event.preventDefault()
}

const APP_RULES: Rules<App> = {
  pinch: (app) => app.commandLine.appendSwitch('disable-pinch'),
  swipe: (app) => app.commandLine.appendSwitch('overscroll-history-navigation', '0'),
  'certificate errors': (app) =>
    app.on('certificate-error', (event, _contents, _url, _error, _certificate, trust) => {
      event.preventDefault()
      trust(false)
    }),
  // Unhandled, Electron shows the first certificate of the system's store to whoever asks.
  'client certificates': (app) =>
    app.on('select-client-certificate', (event, _contents, _url, _certificates, choose) => {
      event.preventDefault()
      choose()
    }),
  logins: (app) =>
    app.on('login', (event, _contents, _request, _from, answer) => {
      event.preventDefault()
      answer()
    }),
}

const SESSION_RULES: Rules<Session> = {
  // Every other one is denied, `openExternal` among them.
  'permissions asked for': (session, { mayUse }) =>
    session.setPermissionRequestHandler((_contents, permission, decide, details) => {
      const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : []
      decide(mayUse({ permission, url: details.requestingUrl, media }))
    }),
  'permissions looked up': (session, { mayUse }) =>
    session.setPermissionCheckHandler((_contents, permission, url, { mediaType }) =>
      mayUse({ permission, url, media: mediaType === undefined ? [] : [mediaType] }),
    ),
  devices: (session) => session.setDevicePermissionHandler(() => false),
  downloads: (session) => session.on('will-download', refuse),
}

const CONTENTS_RULES: Rules<WebContents> = {
  'new windows': (contents) => contents.setWindowOpenHandler(() => ({ action: 'deny' })),
  navigation: (contents, { isInside }) =>
    contents.on('will-navigate', (event) => refuseUnless(isInside(event.url), event)),
  frames: (contents, { mayFrame }) =>
    contents.on('will-frame-navigate', (event) => refuseUnless(event.isMainFrame || mayFrame(event.url), event)),
  redirects: (contents, { mayRedirect, mayFrame }) =>
    contents.on('will-redirect', (event) =>
      refuseUnless(event.isMainFrame ? mayRedirect(event.url) : mayFrame(event.url), event),
    ),
  // Nobody is asked about `about:blank`, which would stay as a white screen.
  'the way back': (contents, { isInside, home }) =>
    contents.on('did-navigate', (_event, url) => {
      // Rejects when a later load takes its place, about which this is asked again.
      if (!isInside(url)) contents.loadURL(home).catch(() => {})
    }),
  webviews: (contents) => contents.on('will-attach-webview', refuse),
  'dead keys': (contents) => contents.on('before-input-event', (event, input) => refuseUnless(isLiveKey(input), event)),
  // It is the system's own dialog, with all its ways out, and Electron asks nobody before it opens it.
  'file dialogs': (contents) => {
    contents.debugger.attach()
    contents.debugger
      .sendCommand('Page.setInterceptFileChooserDialog', { enabled: true })
      .catch((error: unknown) => reportFault('file dialogs cannot be refused', error))
  },
  'own bounds': (contents) => contents.on('content-bounds-updated', refuse),
  zoom: (contents) => contents.on('dom-ready', () => contents.setVisualZoomLevelLimits(1, 1)),
  // The window refuses them by its preferences; this holds for a page that was opened without.
  devtools: (contents) => contents.on('devtools-opened', () => contents.closeDevTools()),
}

const WINDOW_RULES: Rules<{ app: App; window: BrowserWindow }> = {
  // Alt+F4 and `window.close()` close nothing; the shell's own end does.
  closing: ({ app, window }) => {
    let isEnding = false
    app.on('before-quit', () => {
      isEnding = true
    })
    window.on('close', (event) => refuseUnless(isEnding, event))
  },
  // Windows waits for a shell that does not go, and shows it as what keeps the machine from shutting down.
  'log-off': ({ app, window }) => window.on('session-end', () => app.quit()),
  // Move, size and close, on a press of the right button where a page says that it is the window's title.
  'window menu': ({ window }) => window.on('system-context-menu', refuse),
}

/** Call before the app is ready. */
export function lockApp(app: App): void {
  for (const apply of Object.values(APP_RULES)) apply(app, KIOSK_CONFINES)
}

/** Of each session that was locked: its pages are held by the same. */
const CONFINES = new WeakMap<Session, Confines>()

export function lockSession(session: Session, confines: Confines): void {
  CONFINES.set(session, confines)
  for (const apply of Object.values(SESSION_RULES)) apply(session, confines)
}

/** Call for every WebContents as it is created. */
export function lockContents(contents: WebContents): void {
  const confines = CONFINES.get(contents.session) ?? KIOSK_CONFINES
  for (const apply of Object.values(CONTENTS_RULES)) apply(contents, confines)
}

export function lockWindow(app: App, window: BrowserWindow): void {
  for (const apply of Object.values(WINDOW_RULES)) apply({ app, window }, KIOSK_CONFINES)
}
