/** `protocol`: the app's own schemes, answered by the app's handlers. Never lets such a request reach a network. */
import type { CustomScheme, Protocol } from 'electron'
import type { Protocol as Chromium } from './chromium-protocol.ts'
import { guardApi } from './refuse-unknown.ts'
import { isRegisteredScheme, registerSchemes, toChromiumPolicy, toChromiumUrl, toElectronUrl } from './scheme-hosts.ts'

type Handler = Parameters<Protocol['handle']>[1]
type Fulfilment = Chromium.CommandParameters['Fetch.fulfillRequest']
export type StandInProtocol = Pick<
  Protocol,
  'handle' | 'unhandle' | 'isProtocolHandled' | 'registerSchemesAsPrivileged'
>

const POLICY_HEADERS = ['content-security-policy', 'content-security-policy-report-only']

function toChromiumHeader([name, value]: [string, string]): { name: string; value: string } {
  if (POLICY_HEADERS.includes(name.toLowerCase())) return { name, value: toChromiumPolicy(value) }
  if (['location', 'access-control-allow-origin'].includes(name.toLowerCase())) {
    return { name, value: toChromiumUrl(value).replace(/\/$/, name.toLowerCase() === 'location' ? '/' : '') }
  }
  return { name, value }
}

/** One per session, as in Electron; `registerSchemesAsPrivileged` is the same for all. */
export function createProtocol() {
  const handlers = new Map<string, Handler>()
  const protocol: StandInProtocol = guardApi('protocol', {
    registerSchemesAsPrivileged: (customSchemes: CustomScheme[]) => registerSchemes(customSchemes),
    handle(scheme: string, handler: Handler) {
      if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
      if (!isRegisteredScheme(scheme)) {
        throw new Error(`electron stand-in: protocol.handle('${scheme}') needs registerSchemesAsPrivileged first`)
      }
      handlers.set(scheme, handler)
    },
    unhandle(scheme: string) {
      if (!handlers.delete(scheme)) throw new Error(`Failed to unhandle protocol: ${scheme}`)
    },
    isProtocolHandled: (scheme: string) => handlers.has(scheme),
  })
  return {
    protocol,
    /** Asks the app's handler; null where there is none. */
    async answer(scheme: string, paused: Chromium.Fetch.requestPausedPayload): Promise<Fulfilment | null> {
      const handler = handlers.get(scheme)
      if (handler === undefined) return null
      const { url, method, headers, postData, hasPostData } = paused.request
      const request = new Request(toElectronUrl(url), {
        method,
        headers,
        ...(hasPostData && postData !== undefined ? { body: postData } : {}),
      })
      const response = await handler(request)
      const body = Buffer.from(await response.arrayBuffer())
      return {
        requestId: paused.requestId,
        responseCode: response.status,
        responseHeaders: [...response.headers].map(toChromiumHeader),
        body: body.toString('base64'),
      }
    },
  }
}
