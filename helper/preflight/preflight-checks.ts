/** The checks of a bundle against its provider, from any machine. Never approves anything; asks for one code, which runs out. */
import { NETWORK_CHECK_NAMES } from '../../contract/support.ts'
import type { Bundle, BundleReading } from '../config/read-bundle.ts'
import type { ProviderNetwork } from '../oauth/provider-network.ts'
import type { Check, CheckOutcome, ChecksToRun } from '../support/check-run.ts'
import { type CodeRequest, requestOneCode } from '../support/code-request.ts'
import { judgeConfig } from '../support/device-checks.ts'
import type { DiscoveryDocument } from '../support/judge-discovery.ts'
import { networkChecks, networkSettings } from '../support/network-checks.ts'
import { judgeDeviceGrant, judgeMetadata, judgeRefresh, judgeScopes } from './judge-provider.ts'

const [...WAY] = NETWORK_CHECK_NAMES.filter((name) => name !== 'device-code')

/** In the order in which they are listed. */
export const PREFLIGHT_NAMES = [
  'config',
  ...WAY,
  'metadata',
  'device-grant',
  'device-code',
  'scopes',
  'refresh',
] as const
export type PreflightName = (typeof PREFLIGHT_NAMES)[number]

/** The provider knows the client and lets it ask, and minds nothing but what it asks for. */
function isOfScopes({ providerError }: CodeRequest): boolean {
  return providerError === 'invalid_scope' || providerError === 'AADSTS70011'
}

type DocumentCheck = Check<PreflightName>

/**
 * @param reading of the bundle; where it is at fault, `config` says so, and nothing else is looked at
 * @param isDevice whether `network` goes through the bundle's gateway as a device of the fleet
 */
export function preflightChecks(
  reading: BundleReading,
  network: ProviderNetwork,
  { isDevice }: { isDevice: boolean },
): ChecksToRun<PreflightName> {
  const bundle = reading.ok ? reading.bundle : null
  const config: DocumentCheck = { look: async () => judgeConfig(bundle, reading.ok ? [] : reading.problems) }
  if (!bundle) {
    const waiting: DocumentCheck = { needs: ['config'], look: async () => ({ state: 'skipped' }) }
    const entries = PREFLIGHT_NAMES.map((name) => [name, name === 'config' ? config : waiting])
    return Object.fromEntries(entries) as ChecksToRun<PreflightName>
  }
  const { identity } = bundle.config
  const settings = networkSettings(bundle.config)
  const { gatewayUrl } = settings
  let asked: CodeRequest | null = null

  async function askForCode(signal: AbortSignal): Promise<CheckOutcome> {
    asked = await requestOneCode(bundle as Bundle, network, signal)
    return isOfScopes(asked) ? { state: 'ok', found: 'refused for its scopes alone' } : asked.outcome
  }

  const { checks, document } = networkChecks(
    {
      ...settings,
      gatewayUrl: isDevice ? gatewayUrl : null,
      network,
      isCodeOnScreen: () => false,
      askForCode,
    },
    () => {},
  )

  function ofDocument(
    judge: (document: DiscoveryDocument) => CheckOutcome,
    ...further: PreflightName[]
  ): DocumentCheck {
    return {
      needs: ['discovery', ...further],
      async look() {
        const found = document()
        return found ? judge(found) : { state: 'skipped' }
      },
    }
  }

  function areScopesAccepted(): boolean | null {
    if (!asked) return null
    if (isOfScopes(asked)) return false
    return asked.outcome.state === 'ok' ? true : null
  }

  const directly: DocumentCheck = {
    ...checks.attestation,
    look: async () => ({ state: 'skipped', found: `asked directly; --device-dir goes through ${gatewayUrl}` }),
  }

  return {
    ...checks,
    config,
    attestation: gatewayUrl === null || isDevice ? checks.attestation : directly,
    // Nothing is sent to an address that a kiosk would refuse.
    endpoints: { ...checks.endpoints, needs: ['discovery', 'metadata'] },
    metadata: ofDocument((found) => judgeMetadata(found, identity)),
    'device-grant': ofDocument((found) => judgeDeviceGrant(found, identity)),
    'device-code': { ...checks['device-code'], needs: ['discovery', 'endpoints', 'device-grant'] },
    scopes: ofDocument((found) => judgeScopes(found, identity, areScopesAccepted()), 'device-code'),
    refresh: ofDocument((found) => judgeRefresh(found, identity)),
  }
}
