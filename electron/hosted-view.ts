/** One person's view of the hosted app, in a memory of its own. Never outlives the session, never keeps anything of it. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserWindow, InputEvent, Session, WebContents } from 'electron'
import { clipboard, session, WebContentsView } from 'electron'
import type { HostedApp } from '../contract/hosted-app.ts'
import type { AppArea } from '../contract/window-bridge.ts'
import { confineApp } from './app-confines.ts'
import { guardAppRequests } from './app-requests.ts'
import { KIOSK_BACKGROUND } from './kiosk-window.ts'
import { lockSession } from './lockdown.ts'
import { LOCKED_PREFERENCES } from './page-preferences.ts'
import type { TokenSource } from './token-source.ts'

/** A page that is told to close does so at once, as a rule. */
const CLOSE_LIMIT_MS = 2_000
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

/**
 * Electron keeps a partition for as long as it runs, so that a new one for each person would fill the memory. One is used
 * again for the same app once all that was in it is gone, and never when that failed or is still going on.
 */
const EMPTIED = new Map<string, Session>()

function takeSession(app: HostedApp): Session {
  const key = JSON.stringify(app)
  const emptied = EMPTIED.get(key)
  EMPTIED.delete(key)
  if (emptied) return emptied
  // Without "persist:" it lives in memory.
  const fresh = session.fromPartition(`reception-${randomUUID()}`)
  lockSession(fresh, confineApp(app))
  return fresh
}

type HostedViewOptions = {
  window: BrowserWindow
  app: HostedApp
  tokens: TokenSource
  mayBePlain: boolean
  onUse: () => void
}

export function openHostedView({ window, app, tokens, mayBePlain, onUse }: HostedViewOptions): HostedView {
  const ownSession = takeSession(app)
  const view = new WebContentsView({ webPreferences: { ...LOCKED_PREFERENCES, session: ownSession } })
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
  // A view that has not painted yet is white by default.
  view.setBackgroundColor(KIOSK_BACKGROUND)
  view.setVisible(false)
  window.contentView.addChildView(view)

  return {
    contents,
    show(area) {
      if (area !== null) view.setBounds(area)
      // Keys are never for a page that nobody sees.
      else if (!contents.isDestroyed() && contents.isFocused()) window.webContents.focus()
      view.setVisible(area !== null)
    },
    async destroy() {
      endRequests()
      tokens.close()
      if (!window.isDestroyed()) window.contentView.removeChildView(view)
      const closed =
        contents.isDestroyed() || new Promise<void>((resolve) => contents.once('destroyed', () => resolve()))
      if (!contents.isDestroyed()) contents.close()
      clipboard.clear()
      if (process.platform === 'linux') clipboard.selection.clear()
      // What it still writes while it ends must be cleared as well.
      await Promise.race([closed, sleep(CLOSE_LIMIT_MS)])
      await ownSession.closeAllConnections()
      await Promise.all([ownSession.clearStorageData(), ownSession.clearCache(), ownSession.clearAuthCache()])
      if (contents.isDestroyed()) EMPTIED.set(JSON.stringify(app), ownSession)
    },
  }
}
