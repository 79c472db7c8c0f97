/** How the helper reaches a provider: proxy, limits, warm connections. Sends once, follows nothing, never reads without end. */
import type { SecureContext } from 'node:tls'
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent, request } from 'undici'
import { KioskError } from '../../contract/kiosk-error.ts'
import { type Proxied, proxyFault } from './proxy-fault.ts'
import { createWarmConnections } from './warm-connections.ts'

/** Longer than any healthy provider takes to answer, short enough to try again. */
export const REQUEST_TIMEOUT_MS = 10_000
/** Discovery documents and key sets of large tenants stay far below. */
const ANSWER_LIMIT_BYTES = 512 * 1024
/** Connections are kept this long where a server names no time of its own. */
const KEEP_ALIVE_MS = 60_000

export type ProviderNetwork = {
  fetch: (url: string, init: RequestInit) => Promise<Response>
  /** A request to this URL leaves after `inMs`: a connection stands ready by then, where no proxy is in between. */
  expectRequest(url: string, inMs: number): void
  /**
   * Whether this device may ask for a code now, as its gateway says when asked anew. Resolves where there is no gateway.
   *
   * @throws KioskError `device-suspended`, `device-not-admitted`, and what keeps the gateway from answering
   */
  admit(): Promise<void>
  close(): Promise<void>
}

/** `HTTPS_PROXY` and its like, as the environment spells them: a scheme is often left out. */
function readSystemProxy(environment: NodeJS.ProcessEnv, names: readonly string[]): URL | null {
  const value = names.map((name) => environment[name]?.trim()).find(Boolean)
  if (value === undefined) return null
  const url = URL.parse(value.includes('://') ? value : `http://${value}`)
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw new KioskError('proxy-unreachable', `${names[0]} of the helper’s environment names no proxy`)
}

/** NO_PROXY as undici's EnvHttpProxyAgent reads it, which keeps its own reading to itself. */
function isPastProxy(target: URL, noProxy: string): boolean {
  const port = target.port || (target.protocol === 'https:' ? '443' : '80')
  return noProxy.split(/[,\s]+/).some((entry) => {
    const [, host = '', entryPort] = /^(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    if (host === '' || (entryPort !== undefined && entryPort !== port)) return false
    const name = host.replace(/^\*?\./, '')
    return host === '*' || (!host.startsWith('*.') && target.hostname === name) || target.hostname.endsWith(`.${name}`)
  })
}

/**
 * The proxy that stands before the provider; null where requests go straight.
 *
 * @throws KioskError `proxy-unreachable` where the environment names something that is none
 */
export function findProxy(proxy: string, target: URL): URL | null {
  if (proxy === 'none') return null
  if (proxy !== 'system') return new URL(proxy)
  if (isPastProxy(target, process.env.no_proxy ?? process.env.NO_PROXY ?? '')) return null
  const names = target.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY']
  return readSystemProxy(process.env, names)
}

function openSystemProxies(limits: ProxyAgent.Options | Agent.Options): { dispatcher: Dispatcher; proxied: Proxied } {
  const httpsProxy = readSystemProxy(process.env, ['https_proxy', 'HTTPS_PROXY'])
  const httpProxy = readSystemProxy(process.env, ['http_proxy', 'HTTP_PROXY'])
  const named = { ...(httpsProxy && { httpsProxy: httpsProxy.href }), ...(httpProxy && { httpProxy: httpProxy.href }) }
  return {
    dispatcher: new EnvHttpProxyAgent({ ...limits, ...named }),
    proxied: [httpsProxy, httpProxy].filter((url) => url !== null),
  }
}

/** What undici's request throws, in the shape that fetch gives it; a time limit passes as it is. */
function asFetchError(error: unknown): unknown {
  const isOfSignal = error instanceof DOMException
  return isOfSignal || error instanceof KioskError ? error : new TypeError('request failed', { cause: error })
}

/**
 * Not fetch, because that sends a request again by itself after 421 (RFC 9110 §15.5.20), sooner than any interval, and
 * unpacks compressed answers whatever their size.
 */
async function send(url: string, { method, headers, body, signal }: RequestInit, dispatcher: Dispatcher) {
  const answer = await request(url, {
    method: (method ?? 'GET') as Dispatcher.HttpMethod,
    headers: Object.fromEntries(new Headers(headers)),
    body: body === undefined || body === null ? null : String(body),
    signal: signal ?? null,
    dispatcher,
  })
  // Read to its end at once, so that the connection is free again whatever is thought of the answer.
  const text = await answer.body.text()
  const mayHaveBody = ![204, 205, 304].includes(answer.statusCode)
  const received = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of [value ?? []].flat()) received.append(name, one)
  }
  return new Response(mayHaveBody ? text : null, { status: answer.statusCode, headers: received })
}

/**
 * @param proxy `network.proxy` of the bundle: `none`, `system` or a URL
 * @param client shown to the host, and to no proxy
 * @returns a fetch that throws what fetch throws, and KioskError `proxy-unreachable` or `proxy-refused`
 */
export function openProviderNetwork(proxy: string, client?: SecureContext): ProviderNetwork {
  const limits = {
    allowH2: false,
    maxResponseSize: ANSWER_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    bodyTimeout: REQUEST_TIMEOUT_MS,
  }
  const tls = client && { secureContext: client }
  const connect = { timeout: REQUEST_TIMEOUT_MS, allowH2: false, ...tls }
  const warm = proxy === 'none' ? createWarmConnections(connect) : null

  function open(): { dispatcher: Dispatcher; proxied: Proxied } {
    if (warm) return { dispatcher: new Agent({ ...limits, connect: warm.connector }), proxied: 'none' }
    if (proxy === 'system') return openSystemProxies({ ...limits, connect, ...(tls && { requestTls: tls }) })
    return {
      dispatcher: new ProxyAgent({ ...limits, connect, ...(tls && { requestTls: tls }), uri: proxy }),
      proxied: 'all',
    }
  }

  // Opened with the first request: an environment that names no proxy is a fault that the screen explains.
  let opened: ReturnType<typeof open> | null = null
  return {
    async fetch(url, init) {
      opened ??= open()
      const { dispatcher, proxied } = opened
      try {
        return await send(url, init, dispatcher)
      } catch (error) {
        throw proxyFault(error, url, proxied) ?? asFetchError(error)
      }
    },
    expectRequest: (url, inMs) => warm?.expectRequest(url, inMs),
    admit: async () => {},
    async close() {
      warm?.close()
      await opened?.dispatcher.destroy()
    },
  }
}
