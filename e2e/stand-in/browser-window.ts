/** `BrowserWindow`: a window of Chromium, always as large as the screen when nobody watches. Holds no rule of the app. */
import type {
  BrowserWindowConstructorOptions,
  BrowserWindow as ElectronWindow,
  Event,
  Rectangle,
  RenderProcessGoneDetails,
} from 'electron'
import { app } from './app.ts'
import { asWebContents } from './as-electron.ts'
import { inBackground } from './chromium-connection.ts'
import type { Protocol } from './chromium-protocol.ts'
import { createEvent, guardedEmitter } from './guarded-emitter.ts'
import { refuseUnknown } from './refuse-unknown.ts'
import { runtime } from './runtime.ts'
import { StandInSession, sessionOfPartition } from './session.ts'
import { type Target, targetsOf } from './targets.ts'
import { StandInWebContents } from './web-contents.ts'
import { createContentView } from './web-contents-view.ts'
import { toChromiumColour } from './web-debugger.ts'
import { checkWindowOptions } from './window-options.ts'
import { windowRegistry } from './window-registry.ts'

type WindowEvents = {
  'ready-to-show': []
  show: []
  close: [event: Event]
  closed: []
  unresponsive: []
  responsive: []
  // Accepted and never emitted: Windows ends no session here, and headless windows have no menu.
  'session-end': []
  'query-session-end': []
  'system-context-menu': []
}
type Implemented =
  | ('loadURL' | 'show' | 'isDestroyed' | 'destroy' | 'close' | 'webContents' | 'id')
  | ('setMenu' | 'removeMenu' | 'setKiosk' | 'getBounds' | 'setBounds' | 'getContentBounds')

const EVENT_NAMES = [
  ...(['ready-to-show', 'show', 'close', 'closed', 'unresponsive', 'responsive'] as const),
  ...(['session-end', 'query-session-end', 'system-context-menu'] as const),
]
const windows = new Set<BrowserWindow>()
let lastId = 0

export class BrowserWindow
  extends guardedEmitter<WindowEvents>('BrowserWindow', EVENT_NAMES)
  implements Pick<ElectronWindow, Implemented>
{
  readonly id: number
  readonly webContents: ElectronWindow['webContents']
  readonly contentView = createContentView()
  readonly #contents: StandInWebContents
  readonly #options: BrowserWindowConstructorOptions
  readonly #target = Promise.withResolvers<Target>()
  #bounds: Rectangle = { x: 0, y: 0, ...runtime.screen }
  #arranged: Promise<void> = Promise.resolve()
  #destroyed = false
  #painted = false

  static getAllWindows(): BrowserWindow[] {
    return [...windows]
  }

  /** `popup`, which Electron does not have, is the page of a window that another page has opened. */
  constructor(options: BrowserWindowConstructorOptions = {}, popup: Target | null = null) {
    super()
    if (!runtime.isReady()) throw new Error('Cannot create BrowserWindow before app is ready')
    checkWindowOptions(options)
    lastId += 1
    this.id = lastId
    this.#options = options
    if (popup !== null) this.#target.resolve(popup)
    const { session, partition, preload, additionalArguments, ...preferences } = options.webPreferences ?? {}
    const standInSession = session instanceof StandInSession ? session : sessionOfPartition(partition ?? '')
    this.#contents = new StandInWebContents({
      session: standInSession,
      // Chromium readies a page's worlds for its opener before scripts can be added: a popup gets no preload here.
      preloadPath: popup === null ? preload : undefined,
      additionalArguments: additionalArguments ?? [],
      disableDialogs: preferences.disableDialogs ?? false,
      navigateOnDragDrop: preferences.navigateOnDragDrop ?? false,
      target: () => (popup === null ? this.#createTarget(standInSession) : Promise.resolve(popup)),
      openChild: (child, response) => this.#openChild(child, response.overrideBrowserWindowOptions),
      onFirstPaint: () => this.#onFirstPaint(),
      onGone: () => this.#onGone(),
    })
    this.webContents = asWebContents(this.#contents)
    this.#contents.on('unresponsive', () => this.emit('unresponsive'))
    this.#contents.on('responsive', () => this.emit('responsive'))
    if (options.backgroundColor !== undefined) this.#paintBackground(options.backgroundColor)
    windows.add(this)
    windowRegistry.add(this)
    app.emit('web-contents-created', createEvent({}), this.webContents)
    this.#contents.on('render-process-gone', (_event: Event, details: RenderProcessGoneDetails) => {
      app.emit('render-process-gone', createEvent({}), this.webContents, details)
    })
  }
  #paintBackground(colour: string): void {
    const color = toChromiumColour(colour)
    inBackground(
      this.#target.promise.then(({ session }) =>
        session.send('Emulation.setDefaultBackgroundColorOverride', { color }),
      ),
    )
  }
  async loadURL(url: string): Promise<void> {
    await this.#contents.loadURL(url)
  }
  show(): void {
    this.emit('show')
  }
  isDestroyed(): boolean {
    return this.#destroyed
  }
  mayClose(): boolean {
    const event = createEvent({})
    this.emit('close', event)
    return !event.defaultPrevented
  }
  close(): void {
    if (this.mayClose()) this.#contents.close()
  }
  destroy(): void {
    this.#contents.standIn.destroy()
  }
  setMenu(menu: null | object): void {
    if (menu !== null) throw new Error('electron stand-in: BrowserWindow.setMenu takes null only')
  }
  removeMenu(): void {
    // There never is one.
  }
  setKiosk(flag: boolean): void {
    // Full screen is all that kiosk mode is on Linux. It holds on the display that the window is on.
    if (process.env.STAND_IN_HEADED !== '1') this.#arrange({ windowState: flag ? 'fullscreen' : 'normal' })
  }
  getBounds(): Rectangle {
    return { ...this.#bounds }
  }
  /** Unlike a window manager, which may have its own ideas, this always obeys. */
  setBounds(bounds: Partial<Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds }
    const { x: left, y: top, width, height } = this.#bounds
    this.#arrange({ left, top, width, height })
  }
  getContentBounds(): Rectangle {
    return this.getBounds()
  }

  async #createTarget(session: StandInSession): Promise<Target> {
    const browserContextId = await session.standIn.browserContextId()
    const chromium = await runtime.chromium()
    const context = browserContextId === undefined ? {} : { browserContextId }
    const target = await targetsOf(chromium).create({
      url: 'about:blank',
      newWindow: true,
      ...runtime.screen,
      ...context,
    })
    // Headless, the page then has the whole screen. A developer's window keeps its frame, to be closed by.
    this.#target.resolve(target)
    if (process.env.STAND_IN_HEADED !== '1') this.#arrange({ windowState: 'fullscreen' })
    return target
  }
  /** One after the other: Chromium takes a size only for a window that is not full screen. */
  #arrange(bounds: Protocol.Browser.Bounds): void {
    this.#arranged = this.#arranged.then(async () => {
      const { info } = await this.#target.promise
      const { browser } = (await runtime.chromium()).connection
      const { windowId } = await browser.send('Browser.getWindowForTarget', { targetId: info.targetId })
      await browser.send('Browser.setWindowBounds', { windowId, bounds })
    })
    inBackground(this.#arranged)
  }
  #openChild(popup: Target, override: BrowserWindowConstructorOptions = {}): void {
    const webPreferences = { ...this.#options.webPreferences, ...override.webPreferences }
    const child = new BrowserWindow({ ...override, webPreferences }, popup)
    this.#contents.emit('did-create-window', child, { url: popup.info.url })
  }
  #onFirstPaint(): void {
    if (this.#painted) return
    this.#painted = true
    this.emit('ready-to-show')
  }
  #onGone(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    windows.delete(this)
    this.emit('closed')
    windowRegistry.remove(this)
  }
}

// Own statics only: `BrowserWindow.fromId` and the like must throw.
Object.setPrototypeOf(BrowserWindow, refuseUnknown('BrowserWindow', Object.getPrototypeOf(BrowserWindow)))
