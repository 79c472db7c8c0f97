/** Tells a fault of a proxy from one of the host beyond it. Never sees a credential: a proxy's address holds none. */
import { KioskError } from '../../contract/kiosk-error.ts'

/** Of a proxy's answers to CONNECT, those with which it speaks for itself and not for the host beyond. */
const REFUSALS = new Set([401, 403, 405, 407, 451, 511])

/** @param status of an answer to CONNECT */
export function isProxyRefusal(status: number): boolean {
  return REFUSALS.has(status)
}

/** Whose connections are a proxy's: none, all of them, or those to the proxies that the environment names. */
export type Proxied = 'none' | 'all' | readonly URL[]

type Fault = { message: unknown; code: unknown; syscall: unknown; hostname: unknown; port: unknown }

/** An error, its causes, and the parts of one that gathers several, such as a name with two addresses that both refuse. */
function* faultsIn(error: unknown, depth = 0): Generator<Fault> {
  if (typeof error !== 'object' || error === null || depth > 8) return
  const { message, code, syscall, hostname, port } = error as Partial<Fault>
  yield { message, code, syscall, hostname, port }
  if ('cause' in error) yield* faultsIn(error.cause, depth + 1)
  if ('errors' in error && Array.isArray(error.errors))
    for (const part of error.errors) yield* faultsIn(part, depth + 1)
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80')
}

function isConnectionTo(proxied: Proxied, url: string, { syscall, code, hostname, port }: Fault): boolean {
  const isOfConnecting = syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT'
  if (!isOfConnecting) return false
  if (typeof proxied === 'string') return proxied === 'all'
  // A refused connection names no host. At the provider's own port it is taken for the provider's, whatever NO_PROXY says.
  const isOwnPort = String(port) === portOf(new URL(url))
  return proxied.some((proxy) => hostname === proxy.hostname || (String(port) === portOf(proxy) && !isOwnPort))
}

/** @returns KioskError `proxy-refused` or `proxy-unreachable`, or null for a fault of the host that `url` names */
export function proxyFault(error: unknown, url: string, proxied: Proxied): KioskError | null {
  if (proxied === 'none') return null
  for (const fault of faultsIn(error)) {
    const status = /Proxy response \((\d+)\)/.exec(String(fault.message))?.[1]
    if (status !== undefined) {
      if (!isProxyRefusal(Number(status))) return null
      return new KioskError('proxy-refused', `the proxy refuses the connection (${status})`, { cause: error })
    }
    if (isConnectionTo(proxied, url, fault)) {
      return new KioskError('proxy-unreachable', `the proxy cannot be reached (${fault.code})`, { cause: error })
    }
  }
  return null
}
