/** Asks a provider for one device code and polls for it once, to see whether it does both. The code is shown to nobody and runs out. */
import { readEntraHint } from '../../contract/entra-hints.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import type { Bundle } from '../config/read-bundle.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import { createLog } from '../log.ts'
import { type PendingCode, requestDeviceCode } from '../oauth/device-grant.ts'
import { createIdentityProvider, type IdentityProvider } from '../oauth/identity-provider.ts'
import { type ProviderFailure, readProviderFailure } from '../oauth/provider-error.ts'
import type { ProviderNetwork } from '../oauth/provider-network.ts'
import type { CheckOutcome } from './check-run.ts'
import { explainRefusal } from './refusal-hints.ts'

/** Each of four at the most: discovery document, code, key set and poll. */
const REQUEST_LIMIT_MS = 4_000

type Provider = KioskConfig['identity']['provider']

/** Nothing of a code request waits. */
const CLOCK: KioskClock = {
  nowMs: () => performance.now(),
  wait: () => Promise.reject(new TypeError('a code request does not wait')),
  random: Math.random,
}

/** What came of asking: the provider's own word for a refusal, such as `invalid_scope`, beside what is made of it. */
export type CodeRequest = { outcome: CheckOutcome; providerError: string | null }

function silentLog() {
  const log = createLog('kioskctl')
  log.level = 'silent'
  return log
}

/**
 * Entra ID gives a code to a client that is not public, and refuses its polls (AADSTS7000218).
 *
 * @returns null for an answer that lets a kiosk wait, RFC 8628 §3.5
 */
async function pollOnce(provider: IdentityProvider, code: PendingCode): Promise<ProviderFailure | null> {
  try {
    // Nobody has seen the code; whoever guessed it gets nothing.
    await provider.revoke(await provider.redeem(code))
    return null
  } catch (error) {
    const failure = readProviderFailure(error)
    return failure.kind === 'oauth' && ['authorization_pending', 'slow_down'].includes(failure.error) ? null : failure
  }
}

function failed(provider: Provider, failure: ProviderFailure, before: string): CodeRequest {
  const { trouble, kind, providerError } = failure
  const remedy = readEntraHint(providerError) ?? explainRefusal(provider, providerError)
  const found = [trouble.message, providerError?.startsWith('AADSTS') ? providerError : null]
  const outcome: CheckOutcome = {
    // Entra ID's limits and others heal; a code was given all the same.
    state: kind === 'transient' && before !== '' ? 'warning' : 'failed',
    code: trouble.code,
    found: before + found.filter((part) => part !== null).join(', '),
    ...(remedy !== null && { remedy }),
  }
  return { outcome, providerError }
}

/** @param network stays open */
export async function requestOneCode(
  { config: { identity, access } }: Pick<Bundle, 'config'>,
  network: ProviderNetwork,
  signal: AbortSignal,
): Promise<CodeRequest> {
  const limited: ProviderNetwork = {
    ...network,
    fetch(url, init) {
      const limits = [signal, AbortSignal.timeout(REQUEST_LIMIT_MS), ...(init.signal ? [init.signal] : [])]
      return network.fetch(url, { ...init, signal: AbortSignal.any(limits) })
    },
    close: async () => {},
  }
  const provider = createIdentityProvider({
    identity,
    access,
    network: limited,
    clock: CLOCK,
    log: silentLog(),
    knowledgePath: null,
    onTokens: () => {},
  })
  try {
    const code = await requestDeviceCode(provider, identity, CLOCK)
    const given = `given, for ${new URL(code.verificationUri).host}`
    const refusal = await pollOnce(provider, code)
    if (refusal === null)
      return { outcome: { state: 'ok', found: `${given}; a poll is answered` }, providerError: null }
    return failed(identity.provider, refusal, `${given}, but a poll is not answered: `)
  } catch (error) {
    return failed(identity.provider, readProviderFailure(error), '')
  } finally {
    await provider.close()
  }
}
