/** Asks a provider for one device code, to see whether it gives one. The code is shown to nobody, never polled for, and runs out. */
import { readEntraHint } from '../../contract/entra-hints.ts'
import type { Bundle } from '../config/read-bundle.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import { createLog } from '../log.ts'
import { requestDeviceCode } from '../oauth/device-grant.ts'
import { createIdentityProvider } from '../oauth/identity-provider.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import type { ProviderNetwork } from '../oauth/provider-network.ts'
import type { CheckOutcome } from './check-run.ts'
import { explainRefusal } from './refusal-hints.ts'

/** Two requests at the most: discovery document and code. */
const REQUEST_LIMIT_MS = 4_000

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
    const { verificationUri } = await requestDeviceCode(provider, identity, CLOCK)
    const found = `given, for ${new URL(verificationUri).host}`
    return { outcome: { state: 'ok', found }, providerError: null }
  } catch (error) {
    const { trouble, kind, providerError } = readProviderFailure(error)
    const word = kind === 'oauth' ? trouble.message : null
    const remedy = readEntraHint(providerError) ?? explainRefusal(identity.provider, providerError)
    const found = [word ?? trouble.message, providerError?.startsWith('AADSTS') ? providerError : null]
    const outcome: CheckOutcome = {
      state: 'failed',
      code: trouble.code,
      found: found.filter((part) => part !== null).join(', '),
      ...(remedy !== null && { remedy }),
    }
    return { outcome, providerError }
  } finally {
    await provider.close()
  }
}
