/** The provider, reached through the gateway and no other way. Never lets a request leave before the gateway called this device active. */
import { gatewayAddress } from '../../contract/attestation.ts'
import type { ProviderNetwork } from '../oauth/provider-network.ts'
import type { Attestation } from './attestation.ts'
import { readGatewayWord } from './gateway-answer.ts'
import type { GatewayLanes } from './gateway-lanes.ts'

/**
 * A network that takes the provider's own addresses, so that whoever checks an issuer sees the real one.
 *
 * Its `fetch` throws KioskErrors for the gateway's own answers, and whatever keeps this device from being called active.
 */
export function openGatewayNetwork(lanes: GatewayLanes, attestation: Attestation): ProviderNetwork {
  const pathOf = (url: string) => gatewayAddress('', url)
  return {
    async fetch(url, init) {
      await attestation.ensure()
      init.signal?.throwIfAborted()
      const answer = await lanes.fetch(pathOf(url), init)
      const word = readGatewayWord(answer)
      if (!word) return answer
      attestation.noteWord(word)
      throw word
    },
    expectRequest(url, inMs) {
      if (attestation.record().answer?.kind === 'active') lanes.expectRequest(pathOf(url), inMs)
    },
    admit: () => attestation.ask(),
    async close() {
      attestation.stop()
      await lanes.close()
    },
  }
}
