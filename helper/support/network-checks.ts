/** The checks of the way to the provider, from the name to a device code. Never sends a credential; asks for a code only where told how. */
import { lookup } from 'node:dns/promises'
import { z } from 'zod'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { NETWORK_CHECK_NAMES, type NetworkCheckName, type SupportEndpoint } from '../../contract/support.ts'
import { gatewayOf } from '../attestation/provider-way.ts'
import { type ProviderEndpoints, readEndpoints } from '../oauth/provider-endpoints.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import { findProxy, type ProviderNetwork } from '../oauth/provider-network.ts'
import { PROVIDER_PROFILES } from '../oauth/provider-profiles.ts'
import type { Check, CheckOutcome } from './check-run.ts'
import { asEndpoint, type Probe, probe } from './endpoint-probe.ts'
import { type DiscoveryDocument, judgeDiscovery } from './judge-discovery.ts'
import { judgeClock, judgeTrust } from './judge-trust.ts'
import { authorityOf, bareHost, codeOfNetworkError, openRoute, type Route, STEP_LIMIT_MS } from './network-route.ts'
import { lookAtProvider, type ProviderLook } from './provider-look.ts'

const keySetSchema = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) })

type NetworkCheck = Check<'config' | NetworkCheckName>

export type NetworkParts = {
  identity: Pick<KioskConfig['identity'], 'provider' | 'issuer'>
  proxy: string
  /** Null where the provider is asked directly. */
  gatewayUrl: string | null
  network: Pick<ProviderNetwork, 'fetch' | 'admit'>
  /** A provider gives few codes, so none is asked for while one is on the screen. */
  isCodeOnScreen: () => boolean
  /** Null where nobody is to spend one. */
  askForCode: ((signal: AbortSignal) => Promise<CheckOutcome>) | null
}

/** What a bundle says of the way. */
export function networkSettings(
  config: Pick<KioskConfig, 'identity' | 'network' | 'attestation'>,
): Pick<NetworkParts, 'identity' | 'proxy' | 'gatewayUrl'> {
  return { identity: config.identity, proxy: config.network.proxy, gatewayUrl: gatewayOf(config) }
}

/** @returns the value that the first call made, for every call */
function once<T>(make: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let made: Promise<T> | null = null
  return (signal) => {
    made ??= make(signal)
    return made
  }
}

async function checkName(url: URL, signal: AbortSignal): Promise<CheckOutcome> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(STEP_LIMIT_MS)])
  // The system's resolver cannot be called off, and may go on for half a minute.
  const late = new Promise<never>((_, reject) =>
    limit.addEventListener('abort', () => reject(Object.assign(new Error('no answer'), { code: 'EAI_AGAIN' }))),
  )
  try {
    const found = await Promise.race([lookup(bareHost(url), { all: true }), late])
    const [first, ...more] = found.map(({ address }) => address)
    return { state: 'ok', found: `${first}${more.length > 0 ? ` and ${more.length} more` : ''}` }
  } catch (error) {
    return { state: 'failed', code: codeOfNetworkError(error), found: bareHost(url) }
  }
}

function parse(body: string | null): unknown {
  try {
    return body === null ? null : JSON.parse(body)
  } catch {
    return null
  }
}

function ofRoute(route: Route, where: 'proxy' | 'host', found: string): CheckOutcome {
  if (route.kind === 'open' || route.where !== where) return { state: 'ok', found }
  return { state: 'failed', code: route.code, found: route.found ?? found }
}

function ofProbe(probed: Probe, what: string, at: string): CheckOutcome {
  if (probed.code !== null) return { state: 'failed', code: probed.code, found: at }
  return { state: 'ok', found: `${what}, ${Math.round(probed.roundTripMs)} ms` }
}

function invalid(found: string): CheckOutcome {
  return { state: 'failed', code: 'provider-answer-invalid', found }
}

/**
 * For one run: what a check has found out serves those after it.
 *
 * @param onEndpoint told of every address that was tried
 */
export function networkChecks(
  { identity, proxy, gatewayUrl, network, isCodeOnScreen, askForCode }: NetworkParts,
  onEndpoint: (endpoint: SupportEndpoint) => void,
): { checks: Record<NetworkCheckName, NetworkCheck>; document: () => DiscoveryDocument | null } {
  const { issuer } = identity
  // Whoever is connected to, whose name and certificate count.
  const url = new URL(gatewayUrl ?? issuer)
  const profile = PROVIDER_PROFILES[identity.provider]
  let document: DiscoveryDocument | null = null
  let endpoints: ProviderEndpoints | null = null

  /** @throws KioskError `proxy-unreachable` for an environment that names none */
  const proxyOf = () => findProxy(proxy, url)
  const route = once((signal) => openRoute(url, proxyOf(), signal))
  const look = once<ProviderLook | null>(async (signal) => {
    const found = await route(signal)
    return found.kind === 'open' ? lookAtProvider(found.socket, url, signal) : null
  })

  async function ask(name: SupportEndpoint['name'], at: string, method: 'GET' | 'OPTIONS', signal: AbortSignal) {
    const probed = await probe(network, at, { method, signal })
    onEndpoint(asEndpoint(name, probed))
    return probed
  }

  async function checkAttestation(): Promise<CheckOutcome> {
    if (gatewayUrl === null) return { state: 'skipped', found: 'no gateway: the provider is asked directly' }
    const askedAtMs = performance.now()
    try {
      await network.admit()
      return { state: 'ok', found: `active, ${Math.round(performance.now() - askedAtMs)} ms` }
    } catch (error) {
      const { trouble } = readProviderFailure(error)
      return { state: 'failed', code: trouble.code, found: trouble.message }
    }
  }

  async function checkDiscovery(signal: AbortSignal): Promise<CheckOutcome> {
    const at = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const probed = await ask('discovery', at, 'GET', signal)
    if (probed.code !== null) return ofProbe(probed, '', at)
    const judged = judgeDiscovery(probed, identity)
    if (judged.outcome) return judged.outcome
    document = judged.document
    endpoints = readEndpoints(judged.document, issuer, profile)
    return ofProbe(probed, 'document', at)
  }

  async function checkKeySet(signal: AbortSignal): Promise<CheckOutcome> {
    const at = endpoints?.['key-set']
    if (!at) return invalid('the discovery document names no jwks_uri')
    const probed = await ask('key-set', at, 'GET', signal)
    const keySet = keySetSchema.safeParse(parse(probed.body))
    if (probed.code === null && !keySet.success) return invalid('no key set')
    return ofProbe(probed, `${keySet.data?.keys.length ?? 0} keys`, at)
  }

  async function checkEndpoints(signal: AbortSignal): Promise<CheckOutcome> {
    if (gatewayUrl !== null) return { state: 'skipped', found: 'the gateway passes on no look at them' }
    const names = ['device-authorization', 'token', 'revocation', 'end-session'] as const
    const tried = await Promise.all(
      names.map(async (name) => {
        const at = endpoints?.[name]
        if (at) return { name, ...(await ask(name, at, 'OPTIONS', signal)) }
        onEndpoint({ name, state: 'not-advertised', roundTripMs: null, code: null })
        return null
      }),
    )
    const answers = tried.filter((one) => one !== null)
    const fault = answers.find(({ code }) => code !== null)
    if (fault?.code) return { state: 'failed', code: fault.code, found: fault.name }
    return { state: 'ok', found: `${answers.length} answer` }
  }

  async function checkDeviceCode(signal: AbortSignal): Promise<CheckOutcome> {
    if (isCodeOnScreen()) return { state: 'skipped', found: 'a code is on the screen' }
    if (endpoints?.['device-authorization'] === null) {
      const found = 'the provider offers no device authorization (no device_authorization_endpoint)'
      return { state: 'failed', code: 'provider-refused-client', found }
    }
    return askForCode ? askForCode(signal) : { state: 'skipped', found: 'asked by kioskctl doctor' }
  }

  const checks: Record<NetworkCheckName, NetworkCheck> = {
    dns: {
      needs: ['config'],
      look: async (signal) => (proxyOf() ? { state: 'skipped', found: 'the proxy does it' } : checkName(url, signal)),
    },
    proxy: {
      needs: ['config'],
      async look(signal) {
        const found = proxyOf()
        return found ? ofRoute(await route(signal), 'proxy', authorityOf(found)) : { state: 'skipped', found: 'none' }
      },
    },
    connect: {
      needs: ['dns', 'proxy'],
      look: async (signal) => ofRoute(await route(signal), 'host', authorityOf(url)),
    },
    clock: {
      needs: ['connect'],
      async look(signal) {
        const found = await look(signal)
        return found ? judgeClock(found, Date.now()) : { state: 'skipped' }
      },
    },
    // A clock that is far off makes any certificate look invalid.
    interception: {
      needs: ['connect', 'clock'],
      async look(signal) {
        const found = await look(signal)
        return found ? judgeTrust(found) : { state: 'skipped' }
      },
    },
    attestation: { needs: ['interception'], look: checkAttestation },
    discovery: { needs: ['attestation'], look: checkDiscovery },
    'key-set': { needs: ['discovery'], look: checkKeySet },
    endpoints: { needs: ['discovery'], look: checkEndpoints },
    'device-code': { needs: ['discovery', 'endpoints'], look: checkDeviceCode },
  }
  return { checks, document: () => document }
}

/** Where no bundle names a provider, or there is no way to it yet. @param found why */
export function skippedNetworkChecks(found: string): Record<NetworkCheckName, NetworkCheck> {
  const skipped: NetworkCheck = { needs: ['config'], look: async () => ({ state: 'skipped', found }) }
  const entries = NETWORK_CHECK_NAMES.map((name) => [name, skipped])
  return Object.fromEntries(entries) as Record<NetworkCheckName, NetworkCheck>
}
