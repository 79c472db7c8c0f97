/** `session`: one Chromium browser context with the app's handlers for it. In memory unless it is the default. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ClearStorageDataOptions, Event, Session } from 'electron'
import { asDownloadItem, asSession } from './as-electron.ts'
import { type ChromiumSession, inBackground } from './chromium-connection.ts'
import type { Protocol } from './chromium-protocol.ts'
import { StandInDownloadItem } from './download-item.ts'
import { createEvent, guardedEmitter } from './guarded-emitter.ts'
import { askToOpenExternal, type CheckHandler, grantedPermissions, type RequestHandler } from './permissions.ts'
import { createProtocol, type StandInProtocol } from './protocol.ts'
import { guardApi } from './refuse-unknown.ts'
import { runtime } from './runtime.ts'
import { targetsOf } from './targets.ts'
import { allWebContents, type StandInWebContents } from './web-contents.ts'
import { createWebRequest, type StandInWebRequest, type WebRequestQuestions } from './web-request.ts'

type SessionEvents = { 'will-download': [event: Event, item: object, webContents: object | undefined] }
type DevicePermissionHandler = Parameters<Session['setDevicePermissionHandler']>[0]
type Implemented =
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setSpellCheckerEnabled'
  | 'clearStorageData'
  | 'clearCache'
  | 'clearAuthCache'
  | 'closeAllConnections'
  | 'isPersistent'

export class StandInSession
  extends guardedEmitter<SessionEvents>('session', ['will-download'])
  implements Pick<Session, Implemented>
{
  readonly protocol: StandInProtocol
  readonly webRequest: StandInWebRequest
  /** Not part of Electron: how the stand-in's own modules reach this session. */
  readonly standIn: {
    browserContextId(): Promise<string | undefined>
    answer: ReturnType<typeof createProtocol>['answer']
    questions: WebRequestQuestions
    /** Kept beyond the life of the pages, whose storage stays until it is cleared. */
    noteOrigins(origins: readonly string[]): void
    applyPermissions(webContents: StandInWebContents, chromiumUrl: string): Promise<void>
    mayOpenExternal(webContents: StandInWebContents, url: string, isMainFrame: boolean): Promise<boolean>
  }
  readonly #persistent: boolean
  readonly #origins = new Set<string>()
  #context: Promise<string | undefined> | null = null
  #requestHandler: RequestHandler = null
  #checkHandler: CheckHandler = null

  constructor(persistent: boolean) {
    super()
    this.#persistent = persistent
    const { protocol, answer } = createProtocol()
    this.protocol = protocol
    const { webRequest, questions } = createWebRequest()
    this.webRequest = webRequest
    this.standIn = {
      answer,
      questions,
      noteOrigins: (origins) => {
        for (const origin of origins) this.#origins.add(origin)
      },
      browserContextId: () => {
        this.#context ??= this.#openContext()
        return this.#context
      },
      applyPermissions: (webContents, url) => this.#applyPermissions(webContents, url),
      mayOpenExternal: (webContents, url, isMainFrame) =>
        askToOpenExternal(this.#requestHandler, webContents, url, isMainFrame),
    }
  }
  setPermissionRequestHandler(handler: RequestHandler): void {
    this.#requestHandler = handler
  }
  setPermissionCheckHandler(handler: CheckHandler): void {
    this.#checkHandler = handler
  }
  setDevicePermissionHandler(_handler: DevicePermissionHandler): void {
    // Chromium's headless device choosers never offer a device, so there is nothing to decide.
  }
  setSpellCheckerEnabled(_enable: boolean): void {
    // This Chromium carries no dictionaries.
  }
  isPersistent(): boolean {
    return this.#persistent
  }
  async clearStorageData(options: ClearStorageDataOptions = {}): Promise<void> {
    if (Object.keys(options).length > 0) throw new Error('electron stand-in: clearStorageData takes no options here')
    const browserContextId = await this.standIn.browserContextId()
    const { connection } = await runtime.chromium()
    for (const page of allWebContents().filter((each) => each.session === asSession(this))) {
      this.standIn.noteOrigins(page.standIn.origins())
    }
    await this.#withPage(async (page) => {
      for (const origin of this.#origins) {
        await page.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
      }
    })
    await connection.browser.send('Storage.clearCookies', browserContextId ? { browserContextId } : {})
  }

  async clearCache(): Promise<void> {
    await this.#withPage((page) => page.send('Network.clearBrowserCache'))
  }
  async clearAuthCache(): Promise<void> {
    // Chromium answers no login here, so that it remembers none.
  }
  async closeAllConnections(): Promise<void> {
    // Its protocol cannot; they end with the pages, or when they are idle.
  }

  /** Chromium clears by way of a page of the same context; there may be none left. */
  async #withPage(work: (page: ChromiumSession) => Promise<unknown>): Promise<void> {
    const browserContextId = await this.standIn.browserContextId()
    const chromium = await runtime.chromium()
    const context = browserContextId === undefined ? {} : { browserContextId }
    const { info, session: page } = await targetsOf(chromium).create({ url: 'about:blank', ...context })
    try {
      await work(page)
    } finally {
      await chromium.connection.browser.send('Target.closeTarget', { targetId: info.targetId })
    }
  }
  async #openContext(): Promise<string | undefined> {
    const { connection } = await runtime.chromium()
    const created = this.#persistent ? null : await connection.browser.send('Target.createBrowserContext', {})
    const context = created ? { browserContextId: created.browserContextId } : {}
    const downloads = join(runtime.userData, 'stand-in-downloads')
    mkdirSync(downloads, { recursive: true })
    process.once('exit', () => rmSync(downloads, { recursive: true, force: true }))
    await connection.browser.send('Browser.setDownloadBehavior', {
      behavior: 'allowAndName',
      downloadPath: downloads,
      eventsEnabled: true,
      ...context,
    })
    this.#followDownloads(downloads, context)
    return created?.browserContextId
  }
  #followDownloads(folder: string, context: { browserContextId?: string }): void {
    const items = new Map<string, StandInDownloadItem>()
    inBackground(
      runtime.chromium().then(({ connection }) => {
        connection.browser.on('Browser.downloadWillBegin', (begun: Protocol.Browser.downloadWillBeginPayload) => {
          const owner = allWebContents().find((each) => each.standIn.ownsFrame(begun.frameId))
          if (owner !== undefined && owner.session !== asSession(this)) return
          const stop = () =>
            inBackground(connection.browser.send('Browser.cancelDownload', { guid: begun.guid, ...context }))
          const item = new StandInDownloadItem(begun, stop)
          items.set(begun.guid, item)
          const event = createEvent({})
          this.emit('will-download', event, asDownloadItem(item), owner)
          if (event.defaultPrevented) item.cancel()
        })
        connection.browser.on('Browser.downloadProgress', ({ guid, state }) => {
          if (state === 'inProgress') return
          items.get(guid)?.settle(state, join(folder, guid))
          items.delete(guid)
        })
      }),
    )
  }
  async #applyPermissions(webContents: StandInWebContents, chromiumUrl: string): Promise<void> {
    // An insecure page is asked nothing: Chromium grants it nothing, and neither does Electron's.
    if (!/^(https:|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])/.test(chromiumUrl)) return
    const handlers = { request: this.#requestHandler, check: this.#checkHandler }
    const permissions = await grantedPermissions(handlers, webContents, chromiumUrl)
    const browserContextId = await this.standIn.browserContextId()
    const { connection } = await runtime.chromium()
    await connection.browser.send('Browser.grantPermissions', {
      origin: new URL(chromiumUrl).origin,
      permissions,
      ...(browserContextId === undefined ? {} : { browserContextId }),
    })
  }
}

const partitions = new Map<string, StandInSession>()

/** The session of a partition. As in Electron only `persist:` names and the empty one outlive the process. */
export function sessionOfPartition(partition: string): StandInSession {
  if (!runtime.isReady()) throw new Error('Session can only be received when app is ready')
  // Chromium has one profile on disk; every lasting partition shares it.
  const key = partition.startsWith('persist:') ? '' : partition
  const found = partitions.get(key) ?? new StandInSession(key === '')
  partitions.set(key, found)
  return found
}

export const session = guardApi('session', {
  fromPartition: (partition: string) => asSession(sessionOfPartition(partition)),
  get defaultSession() {
    return asSession(sessionOfPartition(''))
  },
})
