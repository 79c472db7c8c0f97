/** How the helper reaches a provider: proxy, limits, warm connections. Never follows a redirect, never reads without end. */
import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch, ProxyAgent, Response } from 'undici'
import { KioskError } from '../../contract/kiosk-error.ts'
import { createWarmConnections } from './warm-connections.ts'

/** Longer than any healthy provider takes to answer, short enough to try again. */
export const REQUEST_TIMEOUT_MS = 10_000
/** Discovery documents and key sets of large tenants stay far below. */
const ANSWER_LIMIT_BYTES = 512 * 1024
/** Connections are kept this long where a server names no time of its own. */
const KEEP_ALIVE_MS = 60_000
/** Of a proxy's answers to CONNECT, those with which it speaks for itself and not for the host beyond. */
const PROXY_REFUSALS = new Set(['401', '403', '405', '407', '451', '511'])

export type ProviderNetwork = {
  fetch: (url: string, init: RequestInit) => Promise<globalThis.Response>
  /** A request to this URL leaves after `inMs`: a connection stands ready by then, where no proxy is in between. */
  expectRequest(url: string, inMs: number): void
  close(): Promise<void>
}

function* causesOf(error: unknown): Generator<Record<string, unknown>> {
  let cause = error
  for (let depth = 0; typeof cause === 'object' && cause !== null && depth < 8; depth++) {
    yield cause as Record<string, unknown>
    cause = 'cause' in cause ? cause.cause : undefined
  }
}

/** Whose connections are a proxy's: all of them, or those to the proxies that the environment names. */
type Proxied = 'none' | 'all' | readonly URL[]

function isConnectionTo(proxied: Proxied, url: string, { syscall, hostname, port }: Record<string, unknown>): boolean {
  if (syscall !== 'connect' && syscall !== 'getaddrinfo') return false
  if (typeof proxied === 'string') return proxied === 'all'
  // A refused connection names no host. At the provider's own port it is taken for the provider's, whatever NO_PROXY says.
  const isOwnPort = String(port) === portOf(new URL(url))
  return proxied.some((proxy) => hostname === proxy.hostname || (String(port) === portOf(proxy) && !isOwnPort))
}

/** A fault of the proxy itself, told apart from one of the host beyond it. */
function proxyFault(error: unknown, url: string, proxied: Proxied): KioskError | null {
  if (proxied === 'none') return null
  for (const cause of causesOf(error)) {
    const status = /Proxy response \((\d+)\)/.exec(String(cause.message))?.[1]
    if (status !== undefined) {
      if (!PROXY_REFUSALS.has(status)) return null
      return new KioskError('proxy-refused', `the proxy refuses the connection (${status})`, { cause: error })
    }
    if (isConnectionTo(proxied, url, cause)) {
      return new KioskError('proxy-unreachable', `the proxy cannot be reached (${cause.code})`, { cause: error })
    }
  }
  return null
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80')
}

/** The proxies that the environment names, as undici's EnvHttpProxyAgent reads them. */
function systemProxies(environment: NodeJS.ProcessEnv): URL[] {
  const named = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].map((name) =>
    URL.parse(environment[name] ?? ''),
  )
  return named.filter((url) => url !== null)
}

/**
 * @param proxy `network.proxy` of the bundle: `none`, `system` or a URL
 * @returns a fetch that throws what undici's throws, and KioskError `proxy-unreachable` or `proxy-refused`
 */
export function openProviderNetwork(proxy: string): ProviderNetwork {
  const limits = {
    allowH2: false,
    maxResponseSize: ANSWER_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    bodyTimeout: REQUEST_TIMEOUT_MS,
  }
  const connect = { timeout: REQUEST_TIMEOUT_MS, allowH2: false }
  const warm = proxy === 'none' ? createWarmConnections(connect) : null
  let proxied: Proxied = 'none'
  let dispatcher: Dispatcher
  if (warm) dispatcher = new Agent({ ...limits, connect: warm.connector })
  else if (proxy === 'system') {
    proxied = systemProxies(process.env)
    dispatcher = new EnvHttpProxyAgent({ ...limits, connect })
  } else {
    proxied = 'all'
    dispatcher = new ProxyAgent({ ...limits, connect, uri: proxy })
  }

  return {
    async fetch(url, init) {
      try {
        const answer = await fetch(url, { ...(init as object), redirect: 'manual', dispatcher })
        // Read to its end at once, so that the connection is free again whatever is thought of the answer.
        const text = await answer.text()
        const { status, statusText, headers } = answer
        const mayHaveBody = status !== 204 && status !== 205 && status !== 304
        // The same class by another name: undici's and that of Node's types.
        return new Response(mayHaveBody ? text : null, {
          status,
          statusText,
          headers,
        }) as unknown as globalThis.Response
      } catch (error) {
        throw proxyFault(error, url, proxied) ?? error
      }
    },
    expectRequest: (url, inMs) => warm?.expectRequest(url, inMs),
    async close() {
      warm?.close()
      await dispatcher.destroy()
    },
  }
}
