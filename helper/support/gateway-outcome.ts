/** What a look at the gateway's host finds, in the gateway's own words. Pure. Never sends anybody to the provider's host. */
import type { KioskErrorCode } from '../../contract/kiosk-error.ts'
import type { CheckOutcome } from './check-run.ts'

const OF_GATEWAY: ReadonlyMap<KioskErrorCode, KioskErrorCode> = new Map<KioskErrorCode, KioskErrorCode>([
  ['name-not-resolved', 'gateway-unreachable'],
  ['connection-refused', 'gateway-unreachable'],
  ['provider-unreachable', 'gateway-unreachable'],
  ['provider-timeout', 'gateway-unreachable'],
  ['provider-untrusted', 'gateway-untrusted'],
  ['provider-certificate-expired', 'gateway-untrusted'],
  // Whoever lists such an authority lets it take the device's certificate away.
  ['tls-intercepted', 'gateway-untrusted'],
])

/** @param outcome of a check that speaks of the provider's host, as those of a kiosk without a gateway do */
export function asGatewayOutcome(outcome: CheckOutcome): CheckOutcome {
  const code = outcome.code && OF_GATEWAY.get(outcome.code)
  if (!code || !outcome.code) return outcome
  // The layers' own word tells a name that is not found from a port that is refused.
  const found = code === 'gateway-unreachable' ? `${outcome.found}: ${outcome.code}` : outcome.found
  return { state: outcome.state, code, ...(found !== undefined && { found }) }
}
