/** One person's view of the hosted app, in a memory of its own. Never outlives the session, never keeps anything of it. */
import { randomUUID } from 'node:crypto'
import { type BrowserWindow, clipboard, type InputEvent, session, type WebContents, WebContentsView } from 'electron'
import type { HostedApp } from '../contract/hosted-app.ts'
import type { AppArea } from '../contract/window-bridge.ts'
import { confineApp } from './app-confines.ts'
import { guardAppRequests } from './app-requests.ts'
import { lockSession } from './lockdown.ts'
import type { TokenSource } from './token-source.ts'

const NO_CURSOR = '*, *::before, *::after { cursor: none !important; }'
/** What a person does, and a pointer that is only moved over by chance does not. */
const SIGNS_OF_USE: readonly InputEvent['type'][] = [
  ...(['mouseDown', 'mouseWheel', 'touchStart', 'gestureTapDown', 'gestureScrollBegin'] as const),
  ...(['rawKeyDown', 'keyDown'] as const),
]

export type HostedView = {
  contents: WebContents
  /** In the window's coordinates; null hides it. */
  show(area: AppArea | null): void
  /** Ends its process and forgets all that it stored; resolves when nothing of it is left. */
  destroy(): Promise<void>
}

export function openHostedView(options: {
  window: BrowserWindow
  app: HostedApp
  tokens: TokenSource
  mayBePlain: boolean
  onUse: () => void
}): HostedView {
  const { window, app, tokens, mayBePlain, onUse } = options
  // Without "persist:" it lives in memory, and with a name of its own nobody finds what another person left.
  const ownSession = session.fromPartition(`reception-${randomUUID()}`)
  const confines = confineApp(app)
  lockSession(ownSession, confines)
  const view = new WebContentsView({
    webPreferences: {
      session: ownSession,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      devTools: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      disableDialogs: true,
    },
  })
  const { webContents: contents } = view
  const scope = { appOrigin: new URL(app.url).origin, apiOrigins: app.apiOrigins, mayBePlain }
  const endRequests = guardAppRequests(ownSession, { scope, contentsId: contents.id, tokens })
  contents.on('input-event', (_event, { type }) => {
    if (SIGNS_OF_USE.includes(type)) onUse()
  })
  contents.on('dom-ready', () => {
    // Fails where the document is gone again, and the next one is asked about anew.
    contents.insertCSS(NO_CURSOR, { cssOrigin: 'user' }).catch(() => {})
  })
  view.setVisible(false)
  window.contentView.addChildView(view)

  return {
    contents,
    show(area) {
      if (area !== null) view.setBounds(area)
      view.setVisible(area !== null)
    },
    async destroy() {
      endRequests()
      tokens.close()
      if (!window.isDestroyed()) window.contentView.removeChildView(view)
      if (!contents.isDestroyed()) contents.close()
      clipboard.clear()
      if (process.platform === 'linux') clipboard.selection.clear()
      await ownSession.closeAllConnections()
      await Promise.all([ownSession.clearStorageData(), ownSession.clearCache(), ownSession.clearAuthCache()])
    },
  }
}
