/** The way to the provider for whoever stands beside the helper: the kiosk's own, as far as this account may take it. */
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import type { DeviceCertificate } from '../attestation/device-identity.ts'
import { gatewayOf, openProviderWay } from '../attestation/provider-way.ts'
import { startKioskClock } from '../kiosk-clock.ts'
import { createLog } from '../log.ts'
import { openProviderNetwork, type ProviderNetwork } from '../oauth/provider-network.ts'

export type OutsideNetwork = {
  /** Null where a gateway stands between, and there is no good certificate to show to it. */
  network: ProviderNetwork | null
  close(): Promise<void>
}

/** @param config null where no bundle names a way */
export function openOutsideNetwork(
  config: Pick<KioskConfig, 'attestation' | 'network'> | null,
  certificate: DeviceCertificate,
): OutsideNetwork {
  const none = { network: null, close: async () => {} }
  if (!config || (gatewayOf(config) !== null && certificate.kind !== 'present')) return none
  if (gatewayOf(config) === null) {
    const network = openProviderNetwork(config.network.proxy)
    return { network, close: () => network.close() }
  }
  const log = createLog('kioskctl')
  log.level = 'silent'
  const { clock, stop } = startKioskClock(() => {})
  const source = { read: async () => certificate }
  const way = openProviderWay({ config, found: certificate, source, clock, log, onRefused: () => {} })
  return {
    network: way.network,
    async close() {
      way.close()
      stop()
      await way.network.close()
    },
  }
}
