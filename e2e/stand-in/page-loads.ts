/** Follows what a page's main frame loads and tells it as Electron's events. Never decides whether a load may happen. */
import type { ChromiumSession } from './chromium-connection.ts'
import { createEvent } from './guarded-emitter.ts'
import { loadErrorOf, loadFailureOf } from './load-errors.ts'
import { toElectronUrl } from './scheme-hosts.ts'
import type { StandInWebContents } from './web-contents.ts'

type Waiter = { loaderId: string; electronUrl: string; resolve(): void; reject(error: Error): void }

const ABORTED = loadFailureOf('net::ERR_ABORTED')

export type PageLoads = {
  /** Chromium's URL of the main frame. */
  url(): string
  /** Resolves when the document has loaded, as `loadURL` does. */
  load(chromiumUrl: string): Promise<void>
}

export function followLoads(
  session: ChromiumSession,
  mainFrameId: string,
  webContents: StandInWebContents,
  onFirstPaint: () => void,
): PageLoads {
  let url = 'about:blank'
  let loaderId = ''
  let failed = false
  let loadedLoaderId = ''
  let waiter: Waiter | null = null
  const failures = new Map<string, string>()
  let response = { loaderId: '', status: -1, text: '' }

  const finish = (error: Error | null) => {
    if (waiter === null) return
    if (error) waiter.reject(error)
    else waiter.resolve()
    waiter = null
  }
  session.on('Network.responseReceived', (received) => {
    if (received.type !== 'Document' || received.frameId !== mainFrameId) return
    response = { loaderId: received.loaderId, status: received.response.status, text: received.response.statusText }
  })
  session.on('Network.loadingFailed', ({ type, requestId, errorText }) => {
    if (type === 'Document') failures.set(requestId, errorText)
  })
  session.on('Page.frameNavigated', ({ frame }) => {
    if (frame.id !== mainFrameId) return
    loaderId = frame.loaderId
    failed = frame.unreachableUrl !== undefined
    if (waiter !== null && waiter.loaderId !== loaderId) finish(loadErrorOf(ABORTED, waiter.electronUrl))
    url = frame.unreachableUrl ?? `${frame.url}${frame.urlFragment ?? ''}`
    const electronUrl = toElectronUrl(url)
    if (failed) {
      const failure = loadFailureOf(failures.get(loaderId) ?? 'net::ERR_FAILED')
      webContents.emit('did-fail-load', createEvent({}), failure.number, failure.code, electronUrl, true, 1, 1)
      finish(loadErrorOf(failure, electronUrl))
    } else {
      const known = response.loaderId === loaderId ? response : { status: -1, text: '' }
      webContents.emit('did-navigate', createEvent({}), electronUrl, known.status, known.text)
    }
    failures.clear()
  })
  session.on('Page.navigatedWithinDocument', (navigated) => {
    if (navigated.frameId !== mainFrameId) return
    url = navigated.url
    webContents.emit('did-navigate-in-page', createEvent({}), toElectronUrl(url), true, 1, 1)
  })
  // Of an error page as well.
  session.on('Page.domContentEventFired', () => webContents.emit('dom-ready'))
  session.on('Page.loadEventFired', () => {
    if (failed) return
    loadedLoaderId = loaderId
    webContents.emit('did-finish-load')
    if (waiter?.loaderId === loaderId) finish(null)
  })
  session.on('Page.lifecycleEvent', ({ name, frameId, loaderId: ofLoader }) => {
    if (name === 'firstPaint' && frameId === mainFrameId && ofLoader === loaderId) onFirstPaint()
  })
  return {
    url: () => url,
    async load(chromiumUrl) {
      const electronUrl = toElectronUrl(chromiumUrl)
      if (waiter !== null) finish(loadErrorOf(ABORTED, waiter.electronUrl))
      const navigated = await session.send('Page.navigate', { url: chromiumUrl })
      const errorText = navigated.isDownload ? 'net::ERR_ABORTED' : navigated.errorText
      if (errorText !== undefined && errorText !== '') throw loadErrorOf(loadFailureOf(errorText), electronUrl)
      // Without a loader it was a jump within the document, which is there already.
      const ofLoader = navigated.loaderId
      if (ofLoader === undefined || ofLoader === loadedLoaderId) return
      await new Promise<void>((resolve, reject) => {
        waiter = { loaderId: ofLoader, electronUrl, resolve, reject }
      })
    },
  }
}
