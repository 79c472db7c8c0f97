/** The one list of checks, for "run checks" inside the helper and for `kioskctl doctor` beside it. Never changes what it looks at. */

import type { CheckName, SupportEndpoint } from '../../contract/support.ts'
import type { BundlePlaces } from '../config/find-bundle.ts'
import type { Check, CheckOutcome, ChecksToRun } from './check-run.ts'
import { checkConfig } from './device-checks.ts'
import { type NetworkParts, networkChecks, skippedNetworkChecks } from './network-checks.ts'

/** How each thing is looked at, which differs between the helper itself and whoever stands beside it. */
export type CheckParts = {
  bundlePlaces: BundlePlaces
  /** Or why nobody may ask the provider yet. */
  network: NetworkParts | string
  certificate: () => Promise<CheckOutcome>
  helper: () => Promise<CheckOutcome>
  supervision: () => Promise<CheckOutcome>
  vault: () => Promise<CheckOutcome>
  deviceKey: () => Promise<CheckOutcome>
  orders: () => Promise<CheckOutcome>
  technician: () => Promise<CheckOutcome>
  painted: () => Promise<CheckOutcome>
}

/**
 * For one run.
 *
 * @param onEndpoint told of every address of the provider that was tried
 */
export function listChecks(
  parts: CheckParts,
  onEndpoint: (endpoint: SupportEndpoint) => void = () => {},
): ChecksToRun<CheckName> {
  const { network } = parts
  const ofHelper = (look: () => Promise<CheckOutcome>): Check<CheckName> => ({ needs: ['helper'], look })
  return {
    config: { look: () => checkConfig(parts.bundlePlaces) },
    helper: { look: parts.helper },
    supervision: ofHelper(parts.supervision),
    vault: { look: parts.vault },
    'device-key': { look: parts.deviceKey },
    certificate: { look: parts.certificate },
    orders: ofHelper(parts.orders),
    technician: { look: parts.technician },
    painted: ofHelper(parts.painted),
    ...(typeof network === 'string' ? skippedNetworkChecks(network) : networkChecks(network, onEndpoint).checks),
  }
}
