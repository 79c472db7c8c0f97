/** The provider, reached through the gateway and no other way. Never lets a request leave before the gateway called this device active. */
import { gatewayAddress } from '../../contract/attestation.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { ProviderNetwork } from '../oauth/provider-network.ts'
import type { Attestation } from './attestation.ts'
import { readGatewayWord } from './gateway-answer.ts'
import type { GatewayLanes } from './gateway-lanes.ts'

/** Others may wait for the same answer: whoever wants it no more leaves, and the question goes on. */
async function unlessCalledOff(answer: Promise<void>, signal: AbortSignal | null | undefined): Promise<void> {
  if (!signal) return answer
  const left = Promise.withResolvers<never>()
  const leave = () => left.reject(signal.reason)
  if (signal.aborted) leave()
  else signal.addEventListener('abort', leave, { once: true })
  try {
    await Promise.race([answer, left.promise])
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError'
    if (!isLate) throw error
    throw new KioskError('gateway-unreachable', 'the gateway did not say in time whether this device is active', {
      cause: error,
    })
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

/**
 * A network that takes the provider's own addresses, so that whoever checks an issuer sees the real one.
 *
 * Its `fetch` throws KioskErrors for the gateway's own answers, and whatever keeps this device from being called active.
 */
export function openGatewayNetwork(lanes: GatewayLanes, attestation: Attestation): ProviderNetwork {
  const pathOf = (url: string) => gatewayAddress('', url)
  return {
    async fetch(url, init, onLeaving) {
      for (;;) {
        await unlessCalledOff(attestation.ensure(), init.signal)
        init.signal?.throwIfAborted()
        onLeaving?.()
        const shown = lanes.identity()
        const answer = await lanes.fetch(pathOf(url), init)
        const word = readGatewayWord(answer)
        if (!word) return answer
        const judged = attestation.noteWord(word, shown)
        if (judged) throw judged
        // The provider has seen nothing of it: it goes once more, with the certificate of now.
      }
    },
    expectRequest(url, inMs) {
      if (attestation.record().answer?.kind === 'active') lanes.expectRequest(pathOf(url), inMs)
    },
    admit: (signal) => unlessCalledOff(attestation.ask(), signal),
    async close() {
      attestation.stop()
      await lanes.close()
    },
  }
}
