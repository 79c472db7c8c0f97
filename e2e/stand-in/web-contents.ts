/** `webContents`: one page in Chromium, driven over its protocol. Forgets nothing asked of it before the page exists. */
import type { Event, RenderProcessGoneDetails, WebContents, WebFrameMain, WindowOpenHandlerResponse } from 'electron'
import { asSession, asWebFrameMain } from './as-electron.ts'
import { followCallStack } from './call-stack.ts'
import { type ChromiumSession, inBackground } from './chromium-connection.ts'
import { askAboutExternalAddresses } from './external-addresses.ts'
import { createFrameTree } from './frame-tree.ts'
import { createEvent, guardedEmitter } from './guarded-emitter.ts'
import { watchForHang } from './hang-watch.ts'
import { watchInput } from './input-watch.ts'
import { askBeforeKeys } from './key-questions.ts'
import { loadErrorOf, loadFailureOf } from './load-errors.ts'
import { followConsole } from './page-console.ts'
import { refuseDrops } from './page-drops.ts'
import { followLoads, type PageLoads } from './page-loads.ts'
import { carryMessages, type PageMessages } from './page-messages.ts'
import { interceptRequests, type PageRequests } from './page-requests.ts'
import { insertStyle } from './page-style.ts'
import { encodeIpc } from './preload/ipc-codec.ts'
import { buildPreloadInjection, type PreloadInjection } from './preload/preload-injection.ts'
import { runtime } from './runtime.ts'
import { isRegisteredScheme, toChromiumUrl, toElectronUrl } from './scheme-hosts.ts'
import type { StandInSession } from './session.ts'
import { type Target, targetsOf } from './targets.ts'
import { createDebugger } from './web-debugger.ts'
import { createMainFrame } from './web-frame-main.ts'
import { guardWindowOpen, type WindowOpenHandler } from './window-open.ts'

type Navigating = [
  event: Event<object>,
  url: string,
  isInPlace: boolean,
  isMainFrame: boolean,
  pid: number,
  rid: number,
]
type WebContentsEvents = {
  'will-navigate': Navigating
  'will-frame-navigate': [event: Event<object>]
  'will-redirect': Navigating
  'did-navigate': [event: Event, url: string, httpResponseCode: number, httpStatusText: string]
  'did-navigate-in-page': [event: Event, url: string, isMainFrame: boolean, pid: number, rid: number]
  'did-finish-load': []
  'did-fail-load': [event: Event, number: number, code: string, url: string, isMain: boolean, pid: number, rid: number]
  'dom-ready': []
  'render-process-gone': [event: Event, details: RenderProcessGoneDetails]
  'preload-error': [event: Event, preloadPath: string, error: Error]
  'console-message': [event: Event<object>, level: number, message: string, line: number, sourceId: string]
  'did-create-window': [window: object, details: object]
  unresponsive: []
  responsive: []
  destroyed: []
  'before-input-event': [event: Event, input: object]
  'input-event': [event: Event, input: object]
  // Accepted and never emitted: nothing in the stand-in can cause them.
  'will-attach-webview': []
  'zoom-changed': []
  'context-menu': []
  'devtools-opened': []
  'content-bounds-updated': []
}
const EVENT_NAMES: (keyof WebContentsEvents)[] = [
  ...(['will-navigate', 'will-frame-navigate', 'will-redirect', 'did-navigate', 'did-finish-load'] as const),
  ...(['did-fail-load', 'dom-ready', 'render-process-gone', 'preload-error', 'console-message'] as const),
  ...(['did-navigate-in-page', 'did-create-window', 'unresponsive', 'responsive', 'destroyed'] as const),
  ...(['will-attach-webview', 'before-input-event', 'input-event', 'zoom-changed', 'context-menu'] as const),
  ...(['devtools-opened', 'content-bounds-updated'] as const),
]

type Implemented =
  | ('id' | 'session' | 'mainFrame' | 'send' | 'getURL' | 'isDestroyed' | 'reload' | 'loadURL' | 'close')
  | ('debugger' | 'focus' | 'isFocused')
  | ('setWindowOpenHandler' | 'forcefullyCrashRenderer' | 'setVisualZoomLevelLimits' | 'insertCSS')

/** What the window around a page decides for it and wants to know of it. */
export type WebContentsHost = {
  session: StandInSession
  preloadPath: string | undefined
  additionalArguments: readonly string[]
  disableDialogs: boolean
  navigateOnDragDrop: boolean
  closesAtOnce?: boolean
  /** Makes the page, or hands over one that a page has opened. */
  target(): Promise<Target>
  openChild(popup: Target, response: WindowOpenHandlerResponse): void
  onFirstPaint(): void
  onGone(): void
}

const living = new Set<StandInWebContents>()
let lastId = 0

export function allWebContents(): StandInWebContents[] {
  return [...living]
}

export class StandInWebContents
  extends guardedEmitter<WebContentsEvents>('webContents', EVENT_NAMES)
  implements Pick<WebContents, Implemented>
{
  readonly id: number
  readonly session: WebContents['session']
  readonly mainFrame: WebFrameMain
  readonly debugger = createDebugger(async () => (await this.#page).session)
  /** Not part of Electron: how the stand-in's own modules reach the page. */
  readonly standIn = {
    chromiumSession: async (): Promise<ChromiumSession> => (await this.#page).session,
    chromiumUrl: (): string => this.#loads?.url() ?? 'about:blank',
    /** Every origin that any of its frames has shown. */
    origins: (): string[] => this.#frames.origins(),
    ownsFrame: (frameId: string): boolean => this.#frameIds.has(frameId),
    reportPreloadError: (error: Error): void => this.#reportPreloadError(error),
    destroy: (): void => this.#destroy(),
  }
  readonly #host: WebContentsHost
  readonly #frameIds = new Set<string>()
  readonly #frames: ReturnType<typeof createFrameTree>
  readonly #page: Promise<Target>
  #callStack: (() => Promise<string>) | null = null
  #loads: PageLoads | null = null
  #requests: PageRequests | null = null
  #messages: PageMessages | null = null
  #windowOpenHandler: WindowOpenHandler | null = null
  #dialogOpen = false
  #crashed = false
  #destroyed = false

  constructor(host: WebContentsHost) {
    super()
    lastId += 1
    this.id = lastId
    this.#host = host
    this.#frames = createFrameTree(this.id)
    this.session = asSession(host.session)
    this.mainFrame = asWebFrameMain(
      createMainFrame(this.id, {
        url: () => this.standIn.chromiumUrl(),
        callStack: () => this.#page.then(() => this.#callStack?.()),
      }),
    )
    living.add(this)
    this.#page = this.#open()
    inBackground(this.#page)
  }
  getURL(): string {
    const url = toElectronUrl(this.standIn.chromiumUrl())
    return url === 'about:blank' ? '' : url
  }
  isDestroyed(): boolean {
    return this.#destroyed
  }
  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpenHandler = handler
  }
  async setVisualZoomLevelLimits(_minimumLevel: number, _maximumLevel: number): Promise<void> {
    // Pinch zoom is never switched on in the stand-in's Chromium.
  }
  async loadURL(url: string): Promise<void> {
    const scheme = /^([a-z][\w+.-]*):/i.exec(url)?.[1] ?? ''
    await this.#page
    if (isRegisteredScheme(scheme) && !this.#host.session.protocol.isProtocolHandled(scheme)) {
      throw loadErrorOf(loadFailureOf('net::ERR_UNKNOWN_URL_SCHEME'), url)
    }
    const chromiumUrl = new URL(toChromiumUrl(url)).href
    this.#requests?.expectOwn(chromiumUrl)
    this.#crashed = false
    await this.#loads?.load(chromiumUrl)
  }
  reload(): void {
    inBackground(
      this.#page.then(({ session }) => {
        this.#requests?.expectOwn(this.standIn.chromiumUrl())
        this.#crashed = false
        return session.send('Page.reload')
      }),
    )
  }
  async insertCSS(css: string): Promise<string> {
    const { session, info } = await this.#page
    await insertStyle(session, info.targetId, css)
    return css
  }
  send(channel: string, ...args: unknown[]): void {
    // Encoded first: what cannot be carried must throw, whether or not anybody listens yet.
    const wire = encodeIpc(args)
    this.#messages?.send(channel, wire)
  }
  forcefullyCrashRenderer(): void {
    const crash = async ({ session }: Target) => {
      // The page carries out its own end, and one that is in an endless loop would never come to it.
      inBackground(session.send('Runtime.terminateExecution'))
      await session.send('Page.crash')
    }
    inBackground(this.#page.then(crash))
  }
  /** A view's page is gone at once; a window's is asked, since only Chromium knows what closing it takes with it. */
  close(): void {
    if (this.#host.closesAtOnce) this.#destroy()
    else inBackground(this.#page.then(({ session }) => session.send('Page.close')))
  }

  async #open(): Promise<Target> {
    const target = await this.#host.target()
    const { session, info } = target
    const chromium = await runtime.chromium()
    this.#frameIds.add(info.targetId)
    session.on('Page.frameAttached', ({ frameId }) => this.#frameIds.add(frameId))
    session.on('Page.javascriptDialogOpening', () => this.#onDialog(session))
    session.on('Page.javascriptDialogClosed', () => {
      this.#dialogOpen = false
    })
    followConsole(session, this)
    this.#callStack = followCallStack(session)
    this.#loads = followLoads(session, info.targetId, this, this.#host.onFirstPaint)
    askAboutExternalAddresses({ session, mainFrameId: info.targetId }, this, this.#host.session)
    const onPopup = guardWindowOpen(session, () => this.#windowOpenHandler, this.#host.openChild)
    targetsOf(chromium).own(info.targetId, {
      onPopup,
      onGone: () => this.#onGone(),
      onCrash: (details) => this.#onCrash(details),
    })
    const sessionOf = chromium.connection.session
    const injection = this.#injection()
    // All is sent before any answer is awaited: a paused window answers some commands only once it runs.
    const enabled = this.#frames.follow(session)
    const [requests, messages] = await Promise.all([
      interceptRequests(
        { session, mainFrameId: info.targetId, sessionOf, frames: this.#frames },
        this,
        this.#host.session,
      ),
      injection && carryMessages(session, info.targetId, this, injection),
      injection && askBeforeKeys(session, this, injection.worldName),
      !this.#host.navigateOnDragDrop && refuseDrops(session, injection?.worldName ?? 'stand-in-drops'),
      watchInput(session, this),
      session.send('Network.enable'),
      session.send('Log.enable'),
      session.send('Page.setLifecycleEventsEnabled', { enabled: true }),
      session.send('Runtime.runIfWaitingForDebugger'),
      enabled,
    ])
    this.#requests = requests
    this.#messages = messages
    watchForHang(
      session,
      () => !this.#dialogOpen && !this.#crashed,
      () => this.#destroyed,
      (state) => this.emit(state),
    )
    return target
  }
  // Each page is a window of its own here, and takes the keys that it is given.
  focus(): void {}
  isFocused(): boolean {
    return false
  }
  #injection(): PreloadInjection | null {
    if (this.#host.preloadPath === undefined) return null
    try {
      return buildPreloadInjection(this.#host.preloadPath, this.#host.additionalArguments)
    } catch (error) {
      this.#reportPreloadError(error instanceof Error ? error : new Error(String(error)))
      return null
    }
  }
  #reportPreloadError(error: Error): void {
    const preloadPath = this.#host.preloadPath ?? ''
    console.error(`Unable to load preload script: ${preloadPath}\n${error.stack ?? error.message}`)
    this.emit('preload-error', createEvent({}), preloadPath, error)
  }
  #onDialog(session: ChromiumSession): void {
    if (this.#host.disableDialogs) inBackground(session.send('Page.handleJavaScriptDialog', { accept: false }))
    else this.#dialogOpen = true
  }
  #onCrash({ status, errorCode }: { status: string; errorCode: number }): void {
    this.#crashed = true
    const reason = status === 'oom' || status === 'killed' ? status : 'crashed'
    this.emit('render-process-gone', createEvent({}), { reason, exitCode: errorCode })
  }
  #destroy(): void {
    this.#onGone()
    const closing = Promise.all([this.#page, runtime.chromium()])
    inBackground(
      closing.then(([{ info }, { connection }]) =>
        connection.browser.send('Target.closeTarget', { targetId: info.targetId }),
      ),
    )
  }
  #onGone(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    living.delete(this)
    this.#host.session.standIn.noteOrigins(this.#frames.origins())
    this.emit('destroyed')
    this.#host.onGone()
  }
}
