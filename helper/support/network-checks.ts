/** The checks of the way to the provider, from the name to the key set. Never sends a credential or asks for a code. */
import { lookup } from 'node:dns/promises'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { z } from 'zod'
import type { SupportEndpoint } from '../../contract/support.ts'
import type { IdentityProvider } from '../oauth/identity-provider.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import { findProxy, type ProviderNetwork } from '../oauth/provider-network.ts'
import { troubleCodeOf } from '../session/code-retry.ts'
import type { CheckOutcome, ChecksToRun } from './check-run.ts'
import { asEndpoint, type Probe, probe } from './endpoint-probe.ts'

/** Providers take a minute's difference; from here on somebody should look at the kiosk's clock. */
const NOTICEABLE_SKEW_MS = 60_000
/** Beyond this the kiosk corrects nothing any more, see `identity-provider.ts`. */
const MOST_SKEW_MS = 12 * 3_600_000

const discoverySchema = z.looseObject({ issuer: z.string(), token_endpoint: z.string() })
const keySetSchema = z.looseObject({ keys: z.array(z.unknown()).min(1) })

type NetworkCheckName = 'dns' | 'connect' | 'proxy' | 'discovery' | 'key-set' | 'endpoints' | 'clock'

export type NetworkParts = {
  issuer: string
  proxy: string
  network: Pick<ProviderNetwork, 'fetch'>
  provider: Pick<IdentityProvider, 'endpoints' | 'warmUp'>
}

const SKIPPED: CheckOutcome = { state: 'skipped' }

export const SKIPPED_NETWORK_CHECKS: Pick<ChecksToRun, NetworkCheckName> = {
  dns: async () => SKIPPED,
  connect: async () => SKIPPED,
  proxy: async () => SKIPPED,
  discovery: async () => SKIPPED,
  'key-set': async () => SKIPPED,
  endpoints: async () => SKIPPED,
  clock: async () => SKIPPED,
}

function failed(error: unknown): CheckOutcome {
  return { state: 'failed', code: troubleCodeOf(readProviderFailure(new TypeError('', { cause: error })).trouble) }
}

function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === 'https:' ? 443 : 80)
}

const bareHost = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '')

function opened<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const abort = () => socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }))
    signal.addEventListener('abort', abort, { once: true })
    socket.once('error', reject)
    socket.once(event, () => resolve(socket))
  })
}

const CONNECT_LIMIT_MS = 6_000
const limited = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(CONNECT_LIMIT_MS)])

async function checkName(url: URL): Promise<CheckOutcome> {
  try {
    const found = await lookup(bareHost(url), { all: true })
    return { state: 'ok', found: found.map(({ address }) => address).join(', ') }
  } catch (error) {
    return failed(error)
  }
}

async function checkConnect(url: URL, signal: AbortSignal): Promise<CheckOutcome> {
  const [host, port] = [bareHost(url), portOf(url)]
  const isTls = url.protocol === 'https:'
  // An address is no name for SNI, RFC 6066 §3.
  const servername = /^[\d.]+$|:/.test(host) ? '' : host
  try {
    const socket = isTls
      ? await opened<TLSSocket>(connectTls({ host, port, servername }), 'secureConnect', limited(signal))
      : await opened(connect({ host, port }), 'connect', limited(signal))
    const how = 'getProtocol' in socket ? (socket.getProtocol() ?? 'TLS') : 'TCP'
    socket.destroy()
    return { state: 'ok', found: `${host}:${port} ${how}` }
  } catch (error) {
    return failed(error)
  }
}

async function checkProxy(proxy: URL, signal: AbortSignal): Promise<CheckOutcome> {
  const [host, port] = [bareHost(proxy), portOf(proxy)]
  try {
    const socket = await opened(connect({ host, port }), 'connect', limited(signal))
    socket.destroy()
    return { state: 'ok', found: `${host}:${port}` }
  } catch {
    return { state: 'failed', code: 'proxy-unreachable', found: `${host}:${port}` }
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function ofProbe(probed: Probe, what: string): CheckOutcome {
  if (probed.code !== null) return { state: 'failed', code: probed.code }
  return { state: 'ok', found: `${what}, ${Math.round(probed.roundTripMs)} ms` }
}

export function judgeSkew(skewMs: number | null): CheckOutcome {
  if (skewMs === null) return SKIPPED
  const found = skewMs === 0 ? 'right' : `${(Math.abs(skewMs) / 1000).toFixed(0)} s ${skewMs > 0 ? 'behind' : 'ahead'}`
  if (Math.abs(skewMs) < NOTICEABLE_SKEW_MS) return { state: 'ok', found }
  return { state: Math.abs(skewMs) > MOST_SKEW_MS ? 'failed' : 'warning', found, code: 'clock-wrong' }
}

/** @param onEndpoint told of every address that was tried */
export function networkChecks(
  { issuer, proxy, network, provider }: NetworkParts,
  onEndpoint: (endpoint: SupportEndpoint) => void,
): Pick<ChecksToRun, NetworkCheckName> {
  const url = new URL(issuer)
  let skewMs: number | null = null

  /** @throws KioskError `proxy-unreachable` for an environment that names none */
  const proxyOf = () => findProxy(proxy)

  async function ask(name: SupportEndpoint['name'], at: string, method: 'GET' | 'OPTIONS', signal: AbortSignal) {
    const probed = await probe(network, at, { method, signal })
    onEndpoint(asEndpoint(name, probed))
    return probed
  }

  return {
    dns: async () => (proxyOf() ? SKIPPED : checkName(url)),
    connect: async (signal) => (proxyOf() ? SKIPPED : checkConnect(url, signal)),
    async proxy(signal) {
      const found = proxyOf()
      return found ? checkProxy(found, signal) : SKIPPED
    },
    async discovery(signal) {
      const at = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
      const probed = await ask('discovery', at, 'GET', signal)
      const document = discoverySchema.safeParse(probed.body === null ? null : parse(probed.body))
      if (probed.code === null && !document.success) return { state: 'failed', code: 'provider-answer-invalid' }
      if (document.success && document.data.issuer !== issuer) {
        return { state: 'failed', code: 'provider-answer-invalid', found: 'the document is of another issuer' }
      }
      // The addresses below come from the document as the kiosk itself keeps it.
      if (document.success && provider.endpoints() === null) await provider.warmUp()
      return ofProbe(probed, url.host)
    },
    async 'key-set'(signal) {
      const endpoints = provider.endpoints()
      if (!endpoints) return SKIPPED
      const probed = await ask('key-set', endpoints['key-set'], 'GET', signal)
      const keySet = keySetSchema.safeParse(probed.body === null ? null : parse(probed.body))
      if (probed.code === null && !keySet.success) return { state: 'failed', code: 'provider-answer-invalid' }
      return ofProbe(probed, `${keySet.data?.keys.length ?? 0} keys`)
    },
    async endpoints(signal) {
      const endpoints = provider.endpoints()
      if (!endpoints) return SKIPPED
      const tried: Probe[] = []
      for (const name of ['device-authorization', 'token', 'revocation', 'end-session'] as const) {
        const at = endpoints[name]
        if (at === null) onEndpoint({ name, state: 'not-advertised', roundTripMs: null, code: null })
        else tried.push(await ask(name, at, 'OPTIONS', signal))
      }
      skewMs = tried.map((probed) => probed.skewMs).find((found) => found !== null) ?? null
      const fault = tried.find(({ code }) => code !== null)
      if (fault?.code) return { state: 'failed', code: fault.code }
      return { state: 'ok', found: `${tried.length} answer` }
    },
    clock: async () => judgeSkew(skewMs),
  }
}
