/** The rules that only Electron itself could break, asked as Electron asks them. All others are proven in `e2e/`. */
import { EventEmitter } from 'node:events'
import type { App, BrowserWindow, Session, WebContents } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { confineApp } from './app-confines.ts'
import { KIOSK_CONFINES, lockApp, lockContents, lockSession, lockWindow } from './lockdown.ts'

function lockedApp() {
  const switches = new Map<string, string | undefined>()
  const commandLine = { appendSwitch: (name: string, value?: string) => void switches.set(name, value) }
  const app = Object.assign(new EventEmitter(), { commandLine })
  // Of the whole interface the rules use these two parts.
  lockApp(app as unknown as App)
  return { app, switches }
}

function lockedContents(more: object = {}) {
  const parts = {
    setWindowOpenHandler: vi.fn(),
    setVisualZoomLevelLimits: vi.fn(() => Promise.resolve()),
    loadURL: vi.fn((_url: string) => Promise.resolve()),
    closeDevTools: vi.fn(),
    debugger: { attach: vi.fn(), sendCommand: vi.fn(() => Promise.resolve()) },
  }
  const contents = Object.assign(new EventEmitter(), parts, more)
  lockContents(contents as unknown as WebContents)
  return contents
}

function lockedWindow() {
  const app = Object.assign(new EventEmitter(), { quit: vi.fn() })
  const window = new EventEmitter()
  lockWindow(app as unknown as App, window as unknown as BrowserWindow)
  return { app, window }
}

function lockedSession(confines = KIOSK_CONFINES) {
  const parts = {
    setPermissionRequestHandler: vi.fn(),
    setPermissionCheckHandler: vi.fn(),
    setDevicePermissionHandler: vi.fn(),
  }
  const session = Object.assign(new EventEmitter(), parts)
  lockSession(session as unknown as Session, confines)
  return session
}

const event = (fields: object = {}) => ({ ...fields, preventDefault: vi.fn() })

describe('the lockdown', () => {
  it('certificate errors: trusts no certificate that Chromium does not', () => {
    const [asked, trust] = [event(), vi.fn()]
    lockedApp().app.emit(
      'certificate-error',
      asked,
      {},
      'https://x.test',
      'net::ERR_CERT_DATE_INVALID',
      {},
      trust,
      true,
    )
    expect(asked.preventDefault).toHaveBeenCalledOnce()
    expect(trust.mock.calls).toEqual([[false]])
  })

  it('client certificates: shows none to anybody', () => {
    const [asked, choose] = [event(), vi.fn()]
    lockedApp().app.emit('select-client-certificate', asked, {}, 'https://x.test', [{ subject: 'kiosk' }], choose)
    expect(asked.preventDefault).toHaveBeenCalledOnce()
    expect(choose.mock.calls).toEqual([[]])
  })

  it('logins: answers none', () => {
    const [asked, answer] = [event(), vi.fn()]
    lockedApp().app.emit('login', asked, {}, {}, { isProxy: true }, answer)
    expect(asked.preventDefault).toHaveBeenCalledOnce()
    expect(answer.mock.calls).toEqual([[]])
  })

  it('swipe: goes back and forth nowhere', () => {
    expect(lockedApp().switches.get('overscroll-history-navigation')).toBe('0')
  })

  it('pinch: is off in the compositor already', () => {
    expect(lockedApp().switches.has('disable-pinch')).toBe(true)
  })

  it('redirects: follows none, not even to the kiosk’s own page', () => {
    const asked = event({ url: 'app://kiosk/index.html' })
    lockedContents().emit('will-redirect', asked)
    expect(asked.preventDefault).toHaveBeenCalledOnce()
  })

  it('redirects: follows those of the hosted app within its own origin alone', () => {
    const app = confineApp({ url: 'https://reception.test/', apiOrigins: [], permissions: [] })
    const session = lockedSession(app)
    const contents = lockedContents({ session })
    const cases: [string, boolean, number][] = [
      ['https://reception.test/next', true, 0],
      ['https://login.test/', true, 1],
      ['https://maps.test/', false, 0],
      ['http://maps.test/', false, 1],
    ]
    for (const [url, isMainFrame, refusals] of cases) {
      const asked = event({ url, isMainFrame })
      contents.emit('will-redirect', asked)
      expect(asked.preventDefault, url).toHaveBeenCalledTimes(refusals)
    }
  })

  it('the way back: leads the hosted app to its own first page, and never the kiosk’s page there', () => {
    const home = 'https://reception.test/kiosk'
    const app = lockedContents({ session: lockedSession(confineApp({ url: home, apiOrigins: [], permissions: [] })) })
    app.emit('did-navigate', event(), 'about:blank')
    app.emit('did-navigate', event(), 'https://reception.test/other')
    expect(app.loadURL.mock.calls).toEqual([[home]])
    const kiosk = lockedContents()
    kiosk.emit('did-navigate', event(), home)
    expect(kiosk.loadURL.mock.calls).toEqual([['app://kiosk/index.html']])
  })

  it('webviews: attaches none', () => {
    const asked = event()
    lockedContents().emit('will-attach-webview', asked, {}, {})
    expect(asked.preventDefault).toHaveBeenCalledOnce()
  })

  it('zoom: keeps every document at its size', () => {
    const contents = lockedContents()
    contents.emit('dom-ready')
    expect(contents.setVisualZoomLevelLimits.mock.calls).toEqual([[1, 1]])
  })

  it('devices: gives none away', () => {
    const [handler] = lockedSession().setDevicePermissionHandler.mock.calls[0] ?? []
    for (const deviceType of ['hid', 'serial', 'usb'])
      expect(handler({ deviceType, origin: 'app://kiosk' })).toBe(false)
  })

  it('permissions asked for: opens no other program', () => {
    const [handler] = lockedSession().setPermissionRequestHandler.mock.calls[0] ?? []
    const decide = vi.fn()
    handler({}, 'openExternal', decide, { externalURL: 'ms-settings:display' })
    expect(decide.mock.calls).toEqual([[false]])
  })

  it('dead keys: keeps shortcuts from the page, also when they are let go', () => {
    const contents = lockedContents()
    for (const type of ['keyDown', 'rawKeyDown', 'keyUp']) {
      const [shortcut, letter] = [event(), event()]
      const none = { type, control: false, alt: false, meta: false }
      contents.emit('before-input-event', shortcut, { ...none, key: 'r', control: true })
      contents.emit('before-input-event', letter, { ...none, key: 'r' })
      expect(shortcut.preventDefault).toHaveBeenCalledOnce()
      expect(letter.preventDefault).not.toHaveBeenCalled()
    }
  })

  it.each([
    ...['https://evil.test/', 'http://app://kiosk/', 'app://kiosk.evil/', 'app://kiosk:8443/', 'app://user@kiosk/'],
    ...['file:///etc/passwd', 'data:text/html,<p>mine', 'blob:app://kiosk/0', 'javascript:alert(1)', 'about:blank'],
    ...['mailto:a@evil.test', 'ms-settings:display', 'intent://evil', 'chrome://version', 'devtools://devtools/', ''],
  ])('navigation: leads nowhere for %s', (url) => {
    const asked = event({ url })
    lockedContents().emit('will-navigate', asked)
    expect(asked.preventDefault).toHaveBeenCalledOnce()
  })

  it('frames: load nothing, not even the kiosk’s own page', () => {
    const [ofFrame, ofPage] = [
      event({ isMainFrame: false, url: 'app://kiosk/index.html' }),
      event({ isMainFrame: true }),
    ]
    const contents = lockedContents()
    contents.emit('will-frame-navigate', ofFrame)
    contents.emit('will-frame-navigate', ofPage)
    expect(ofFrame.preventDefault).toHaveBeenCalledOnce()
    expect(ofPage.preventDefault).not.toHaveBeenCalled()
  })

  it('devtools: closes them whoever opens them', () => {
    const contents = lockedContents()
    contents.emit('devtools-opened')
    expect(contents.closeDevTools).toHaveBeenCalledOnce()
  })

  it('file dialogs: opens none, because the shell takes each of them', () => {
    const { debugger: commands } = lockedContents()
    expect(commands.attach).toHaveBeenCalledOnce()
    expect(commands.sendCommand.mock.calls).toEqual([['Page.setInterceptFileChooserDialog', { enabled: true }]])
  })

  it('own bounds: lets no page move or size its window', () => {
    const asked = event()
    lockedContents().emit('content-bounds-updated', asked, { x: 1, y: 1, width: 2, height: 2 })
    expect(asked.preventDefault).toHaveBeenCalledOnce()
  })

  it('window menu: opens none', () => {
    const asked = event()
    lockedWindow().window.emit('system-context-menu', asked, { x: 1, y: 1 })
    expect(asked.preventDefault).toHaveBeenCalledOnce()
  })

  it('closing: closes the window only when the shell itself ends', () => {
    const { app, window } = lockedWindow()
    const [shortcut, ending] = [event(), event()]
    window.emit('close', shortcut)
    app.emit('before-quit')
    window.emit('close', ending)
    expect(shortcut.preventDefault).toHaveBeenCalledOnce()
    expect(ending.preventDefault).not.toHaveBeenCalled()
  })

  it('log-off: ends the shell when Windows ends, and holds nothing up', () => {
    const { app, window } = lockedWindow()
    const asked = event()
    window.emit('query-session-end', asked)
    expect(asked.preventDefault).not.toHaveBeenCalled()
    expect(app.quit).not.toHaveBeenCalled()
    window.emit('session-end', event())
    expect(app.quit).toHaveBeenCalledOnce()
  })
})
