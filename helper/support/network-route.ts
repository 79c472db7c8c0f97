/** One connection to the provider's host, straight or through the proxy, to see where the way ends. Never carries a request of a sign-in. */
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import { isProxyRefusal } from '../oauth/proxy-fault.ts'
import { troubleCodeOf } from '../session/code-retry.ts'

/** Longer than any healthy network takes for one step; the whole run has to fit into twelve seconds. */
export const STEP_LIMIT_MS = 4_000

export type Route =
  | { kind: 'open'; socket: Socket }
  /** `proxy`: it cannot be reached or refuses; `host`: what lies behind it, or the host itself. */
  | { kind: 'fault'; where: 'proxy' | 'host'; code: TroubleCode; found?: string }

function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === 'https:' ? 443 : 80)
}

export const bareHost = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '')

export const authorityOf = (url: URL) => `${url.hostname}:${portOf(url)}`

/** An address is no name for SNI, RFC 6066 §3. */
export function serverName(url: URL): string {
  const host = bareHost(url)
  return /^[\d.]+$|:/.test(host) ? '' : host
}

/** The code that the kiosk itself has for an error of Node's network. */
export function codeOfNetworkError(error: unknown): TroubleCode {
  return troubleCodeOf(readProviderFailure(new TypeError('', { cause: error })).trouble)
}

/**
 * Resolves with what the event of a socket brings.
 *
 * @throws the socket's own error, and ETIMEDOUT when the signal aborts first
 */
export function awaitEvent<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const giveUp = () => socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }))
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    socket.on('error', reject)
    socket.once(event, () => {
      signal.removeEventListener('abort', giveUp)
      resolve(socket)
    })
  })
}

const stepLimit = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(STEP_LIMIT_MS)])

async function reach(url: URL, signal: AbortSignal): Promise<Socket> {
  const to = { host: bareHost(url), port: portOf(url) }
  return awaitEvent(connect(to), 'connect', stepLimit(signal))
}

/** RFC 9110 §9.3.6. @returns the tunnel, or the status with which the proxy refuses one */
function openTunnel(through: Socket, target: URL, signal: AbortSignal): Promise<Socket | number> {
  const asking = request({
    method: 'CONNECT',
    path: authorityOf(target),
    headers: { host: authorityOf(target) },
    createConnection: () => through,
    signal: stepLimit(signal),
  })
  return new Promise((resolve, reject) => {
    asking.once('error', reject)
    asking.once('connect', ({ statusCode = 0 }, socket: Socket) => {
      if (statusCode === 200) return resolve(socket)
      socket.destroy()
      resolve(statusCode)
    })
    // Node treats every answer to CONNECT as a tunnel; one without is the proxy's refusal all the same.
    asking.once('response', ({ statusCode = 0 }) => resolve(statusCode))
    asking.end()
  })
}

async function reachProxy(proxy: URL, signal: AbortSignal): Promise<Socket> {
  const socket = await reach(proxy, signal)
  if (proxy.protocol !== 'https:') return socket
  const secured = connectTls({ socket, host: bareHost(proxy), servername: serverName(proxy) })
  return awaitEvent(secured, 'secureConnect', stepLimit(signal))
}

async function openThrough(proxy: URL, target: URL, signal: AbortSignal): Promise<Route> {
  const at = authorityOf(proxy)
  let through: Socket
  try {
    through = await reachProxy(proxy, signal)
  } catch {
    return { kind: 'fault', where: 'proxy', code: 'proxy-unreachable', found: at }
  }
  try {
    const tunnel = await openTunnel(through, target, signal)
    if (typeof tunnel !== 'number') return { kind: 'open', socket: tunnel }
    const found = `${at} answers ${tunnel}`
    if (isProxyRefusal(tunnel)) return { kind: 'fault', where: 'proxy', code: 'proxy-refused', found }
    return { kind: 'fault', where: 'host', code: 'provider-unreachable', found: `the proxy ${found}` }
  } catch (error) {
    through.destroy()
    return { kind: 'fault', where: 'host', code: codeOfNetworkError(error), found: `${at} opens no tunnel` }
  }
}

/** @param proxy null for the straight way */
export async function openRoute(target: URL, proxy: URL | null, signal: AbortSignal): Promise<Route> {
  if (proxy) return openThrough(proxy, target, signal)
  try {
    return { kind: 'open', socket: await reach(target, signal) }
  } catch (error) {
    return { kind: 'fault', where: 'host', code: codeOfNetworkError(error), found: authorityOf(target) }
  }
}
