/** `WebContentsView`: a window of Chromium's own that takes the view's size and place, and is minimised while it is hidden. */
import type { WebContentsView as ElectronView, Rectangle, WebContentsViewConstructorOptions } from 'electron'
import { app } from './app.ts'
import { asWebContents } from './as-electron.ts'
import { inBackground } from './chromium-connection.ts'
import { createEvent } from './guarded-emitter.ts'
import { guardApi, refuseUnknown } from './refuse-unknown.ts'
import { runtime } from './runtime.ts'
import { StandInSession, sessionOfPartition } from './session.ts'
import { type Target, targetsOf } from './targets.ts'
import { StandInWebContents } from './web-contents.ts'
import { toChromiumColour } from './web-debugger.ts'
import { checkWindowOptions } from './window-options.ts'

type Implemented = 'webContents' | 'setBackgroundColor' | 'setBounds' | 'getBounds' | 'setVisible' | 'getVisible'

export class WebContentsView implements Pick<ElectronView, Implemented> {
  readonly webContents: ElectronView['webContents']
  readonly #target = Promise.withResolvers<Target>()
  #bounds: Rectangle = { x: 0, y: 0, width: 0, height: 0 }
  #isVisible = true
  /** A view is on no screen before a window has it, and after it was taken from that. */
  #isAdded = false
  #applying: Promise<unknown> = Promise.resolve()

  constructor(options: WebContentsViewConstructorOptions = {}) {
    if (!runtime.isReady()) throw new Error('Cannot create WebContentsView before app is ready')
    const unknown = Object.keys(options).find((name) => name !== 'webPreferences')
    if (unknown !== undefined)
      throw new Error(`electron stand-in: WebContentsView option '${unknown}' is not implemented`)
    checkWindowOptions(options)
    const { session, partition, preload, additionalArguments, disableDialogs, navigateOnDragDrop } =
      options.webPreferences ?? {}
    const standInSession = session instanceof StandInSession ? session : sessionOfPartition(partition ?? '')
    const contents = new StandInWebContents({
      session: standInSession,
      preloadPath: preload,
      additionalArguments: additionalArguments ?? [],
      disableDialogs: disableDialogs ?? false,
      navigateOnDragDrop: navigateOnDragDrop ?? false,
      closesAtOnce: true,
      target: () => this.#createTarget(standInSession),
      openChild: () => {
        throw new Error('electron stand-in: a WebContentsView opens no window here')
      },
      onFirstPaint: () => undefined,
      onGone: () => undefined,
    })
    this.webContents = asWebContents(contents)
    app.emit('web-contents-created', createEvent({}), this.webContents)
    contents.on('render-process-gone', (_event, details) => {
      app.emit('render-process-gone', createEvent({}), this.webContents, details)
    })
  }
  setBounds(bounds: Rectangle): void {
    this.#bounds = { ...bounds }
    this.#apply()
  }
  getBounds(): Rectangle {
    return { ...this.#bounds }
  }
  setVisible(visible: boolean): void {
    this.#isVisible = visible
    this.#apply()
  }
  setBackgroundColor(colour: string): void {
    const color = toChromiumColour(colour)
    inBackground(
      this.#target.promise.then(({ session }) =>
        session.send('Emulation.setDefaultBackgroundColorOverride', { color }),
      ),
    )
  }
  getVisible(): boolean {
    return this.#isVisible
  }
  /** Not part of Electron: told by the window's `contentView`. */
  standInAdded(isAdded: boolean): void {
    this.#isAdded = isAdded
    this.#apply()
  }

  async #createTarget(session: StandInSession): Promise<Target> {
    const browserContextId = await session.standIn.browserContextId()
    const chromium = await runtime.chromium()
    const target = await targetsOf(chromium).create({
      url: 'about:blank',
      newWindow: true,
      ...runtime.screen,
      ...(browserContextId === undefined ? {} : { browserContextId }),
    })
    this.#target.resolve(target)
    return target
  }
  /** One after the other, so that the last of them holds. */
  #apply(): void {
    this.#applying = this.#applying.then(() => this.#applyNow())
    inBackground(this.#applying)
    this.#applying = this.#applying.catch(() => undefined)
  }
  async #applyNow(): Promise<void> {
    if (this.webContents.isDestroyed()) return
    const { info, session } = await this.#target.promise
    const { connection } = await runtime.chromium()
    const { x, y, width, height } = this.#bounds
    if (width > 0 && height > 0) {
      await session.send('Emulation.setDeviceMetricsOverride', {
        ...{ width, height, deviceScaleFactor: 0, mobile: false },
        ...{ screenWidth: runtime.screen.width, screenHeight: runtime.screen.height, positionX: x, positionY: y },
      })
    }
    const isShown = this.#isAdded && this.#isVisible && width > 0 && height > 0
    const { windowId } = await connection.browser.send('Browser.getWindowForTarget', { targetId: info.targetId })
    const bounds = { windowState: isShown ? ('normal' as const) : ('minimized' as const) }
    await connection.browser.send('Browser.setWindowBounds', { windowId, bounds })
  }
}
Object.setPrototypeOf(WebContentsView.prototype, refuseUnknown('WebContentsView', Object.prototype))

/** `window.contentView`, as far as it holds views. */
export function createContentView() {
  const children: WebContentsView[] = []
  return guardApi('contentView', {
    children,
    addChildView(view: WebContentsView): void {
      if (!children.includes(view)) children.push(view)
      view.standInAdded(true)
    },
    removeChildView(view: WebContentsView): void {
      const index = children.indexOf(view)
      if (index < 0) return
      children.splice(index, 1)
      view.standInAdded(false)
    },
  })
}
