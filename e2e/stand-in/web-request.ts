/** `session.webRequest`: asks the app about every http(s) request of a page, in Electron's order. Lets all through unasked. */
import type { WebContents, WebFrameMain, WebRequest } from 'electron'
import type { ChromiumSession } from './chromium-connection.ts'
import type { Protocol } from './chromium-protocol.ts'
import { guardApi } from './refuse-unknown.ts'

type Paused = Protocol.Fetch.requestPausedPayload
type Implemented = 'onBeforeSendHeaders' | 'onHeadersReceived' | 'onBeforeRedirect' | 'onCompleted' | 'onErrorOccurred'
export type StandInWebRequest = Pick<WebRequest, Implemented>
type Listeners = { [Name in Implemented]: Parameters<WebRequest[Name]>[0] }
type ResourceType = Parameters<NonNullable<Listeners['onBeforeSendHeaders']>>[0]['resourceType']
type HeaderEntry = Protocol.Fetch.HeaderEntry

/** Whose request it is. */
export type Asking = {
  contents: WebContents
  frame(frameId: string): WebFrameMain | null
  isMainFrame(frameId: string): boolean
}

export type WebRequestQuestions = {
  /** Whether anybody wants to know; asked when a page is made. */
  isUsed(): boolean
  /** Before it leaves: the headers to send, or null to cancel it. */
  beforeSend(paused: Paused, asking: Asking): Promise<HeaderEntry[] | null>
  /** Before the page hears of the answer: its headers. */
  received(paused: Paused, asking: Asking): Promise<HeaderEntry[]>
  /** Tells when a request is over. */
  follow(session: ChromiumSession): Promise<void>
}

const RESOURCE_TYPES: Partial<Record<Protocol.Network.ResourceType, ResourceType>> = {
  XHR: 'xhr',
  Fetch: 'xhr',
  EventSource: 'xhr',
  Stylesheet: 'stylesheet',
  Script: 'script',
  Image: 'image',
  Font: 'font',
  Media: 'media',
  TextTrack: 'media',
  Ping: 'ping',
  CSPViolationReport: 'cspReport',
  WebSocket: 'webSocket',
}

function toEntries(headers: Record<string, string | string[]>): HeaderEntry[] {
  return Object.entries(headers).flatMap(([name, values]) => [values].flat().map((value) => ({ name, value })))
}

function toLists(entries: readonly HeaderEntry[]): Record<string, string[]> {
  const lists: Record<string, string[]> = {}
  for (const { name, value } of entries) lists[name] = [...(lists[name] ?? []), value]
  return lists
}

export function createWebRequest(): { webRequest: StandInWebRequest; questions: WebRequestQuestions } {
  const listeners: Listeners = {
    onBeforeSendHeaders: null,
    onHeadersReceived: null,
    onBeforeRedirect: null,
    onCompleted: null,
    onErrorOccurred: null,
  }
  const webRequest: StandInWebRequest = guardApi('webRequest', {
    onBeforeSendHeaders: listen('onBeforeSendHeaders'),
    onHeadersReceived: listen('onHeadersReceived'),
    onBeforeRedirect: listen('onBeforeRedirect'),
    onCompleted: listen('onCompleted'),
    onErrorOccurred: listen('onErrorOccurred'),
  })
  /** Electron's number of a request, the same over its redirects. */
  const ids = new Map<string, number>()
  /** What was sent last: an app must not rely on a redirect to take a header away. */
  const sent = new Map<number, Record<string, string | string[]>>()

  function listen<Name extends Implemented>(name: Name): WebRequest[Name] {
    // Electron's own overload with a filter is refused; one listener at a time, as in Electron.
    return ((...args: unknown[]) => {
      if (args.length !== 1) throw new Error(`electron stand-in: webRequest.${name} takes no filter here`)
      listeners[name] = args[0] as Listeners[Name]
    }) as WebRequest[Name]
  }

  const keyOf = ({ networkId, requestId }: Paused) => networkId ?? requestId.replace(/\.\d+$/, '')
  function idOf(paused: Paused): number {
    const key = keyOf(paused)
    const id = ids.get(key) ?? ids.size + 1
    ids.set(key, id)
    return id
  }

  function detailsOf(paused: Paused, { contents, frame, isMainFrame }: Asking) {
    const asked = frame(paused.frameId)
    const isDocument = paused.resourceType === 'Document'
    const documentType = isMainFrame(paused.frameId) ? ('mainFrame' as const) : ('subFrame' as const)
    return {
      id: idOf(paused),
      url: paused.request.url,
      method: paused.request.method,
      webContentsId: contents.id,
      webContents: contents,
      frame: asked,
      // Of the frame as it is now: what it was when it asked is not told.
      ...(asked && { initiatorOrigin: asked.origin }),
      resourceType: isDocument ? documentType : (RESOURCE_TYPES[paused.resourceType] ?? ('other' as const)),
      referrer: '',
      timestamp: Date.now(),
    }
  }

  function over(key: string, name: 'onCompleted' | 'onErrorOccurred'): void {
    const id = ids.get(key)
    if (id === undefined) return
    sent.delete(id)
    // Of the details the app is given the number alone.
    const tell = listeners[name] as ((details: { id: number }) => void) | null
    tell?.(guardApi('webRequestDetails', { id }))
  }

  return {
    webRequest,
    questions: {
      isUsed: () => Object.values(listeners).some((listener) => listener !== null),
      async beforeSend(paused, asking) {
        const details = detailsOf(paused, asking)
        if (paused.redirectedRequestId !== undefined) {
          const redirect = { ...details, redirectURL: details.url, statusCode: 302, statusLine: '', fromCache: false }
          listeners.onBeforeRedirect?.(guardApi('webRequestDetails', redirect))
        }
        const requestHeaders = { ...sent.get(details.id), ...paused.request.headers } as Record<string, string>
        const ask = listeners.onBeforeSendHeaders
        const asked = guardApi('webRequestDetails', { ...details, requestHeaders })
        const answer = ask ? await new Promise<Electron.BeforeSendResponse>((resolve) => ask(asked, resolve)) : {}
        if (answer.cancel) return null
        const headers = answer.requestHeaders ?? requestHeaders
        sent.set(details.id, headers)
        return toEntries(headers)
      },
      async received(paused, asking) {
        const entries = paused.responseHeaders ?? []
        const ask = listeners.onHeadersReceived
        if (ask === null) return entries
        const asked = guardApi('webRequestDetails', {
          ...detailsOf(paused, asking),
          statusLine: paused.responseStatusText ?? '',
          statusCode: paused.responseStatusCode ?? 0,
          responseHeaders: toLists(entries),
        })
        const answer = await new Promise<Electron.HeadersReceivedResponse>((resolve) => ask(asked, resolve))
        return answer.responseHeaders ? toEntries(answer.responseHeaders) : entries
      },
      async follow(session) {
        session.on('Network.loadingFinished', ({ requestId }) => over(requestId, 'onCompleted'))
        session.on('Network.loadingFailed', ({ requestId }) => over(requestId, 'onErrorOccurred'))
        await session.send('Network.enable')
      },
    },
  }
}

/** Asks about a request that is held, before it leaves or before its answer arrives, and sends it on. */
export async function askOnTheWay(
  session: ChromiumSession,
  paused: Paused,
  questions: WebRequestQuestions,
  asking: Asking,
): Promise<unknown> {
  const { requestId, responseStatusCode: responseCode, responseStatusText } = paused
  // Electron asks about the web alone, and not about an answer that never came.
  const isAsked = /^https?:/.test(paused.request.url) && paused.responseErrorReason === undefined
  if (!isAsked || !questions.isUsed()) return session.send('Fetch.continueRequest', { requestId })
  if (responseCode !== undefined) {
    const responseHeaders = await questions.received(paused, asking)
    const isRedirect = responseCode >= 300 && responseCode < 400
    if (paused.resourceType === 'Document' && !isRedirect) {
      // Chromium reads a document's policy from what it received; only an answer of our own carries another.
      const { body, base64Encoded } = await session.send('Fetch.getResponseBody', { requestId })
      return session.send('Fetch.fulfillRequest', {
        requestId,
        responseCode,
        responseHeaders: responseHeaders.filter(({ name }) => !/^content-(encoding|length)$/i.test(name)),
        body: base64Encoded ? body : Buffer.from(body).toString('base64'),
      })
    }
    const phrase = responseStatusText ? { responsePhrase: responseStatusText } : {}
    return session.send('Fetch.continueResponse', { requestId, responseCode, responseHeaders, ...phrase })
  }
  const headers = await questions.beforeSend(paused, asking)
  if (headers === null) return session.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' })
  return session.send('Fetch.continueRequest', { requestId, headers })
}

export const EVERY_REQUEST = [{ urlPattern: '*' }, { urlPattern: '*', requestStage: 'Response' as const }]
