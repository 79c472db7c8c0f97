/** Connections to the gateway, each opened with the device's certificate of that moment. Never uses an old one for a new connection. */
import type { SecureContext } from 'node:tls'
import type { Log } from '../log.ts'
import { type LeavableNetwork, openProviderNetwork } from '../oauth/provider-network.ts'
import type { DeviceIdentity } from './device-identity.ts'
import { asGatewayFailure } from './gateway-answer.ts'

export type GatewayLanes = {
  origin: string
  /** Whom the next connection is opened as. */
  identity(): DeviceIdentity
  /**
   * @param path of the gateway, from its first slash on
   * @throws KioskError, or what an aborted request throws
   */
  fetch(path: string, init: RequestInit): Promise<Response>
  expectRequest(path: string, inMs: number): void
  close(): Promise<void>
}

/** A network with one certificate and what stands below it, and how many of its requests are under way. */
type Lane = { chainPem: string; network: LeavableNetwork; pending: number; isRetired: boolean }

/**
 * @param identity the device's, as it is by now
 * @param openNetwork with the client certificate of one lane
 */
export function openGatewayLanes(options: {
  origin: string
  proxy: string
  identity: () => DeviceIdentity
  log: Log
  openNetwork?: (proxy: string, client: SecureContext) => LeavableNetwork
}): GatewayLanes {
  const { origin, proxy, identity, log, openNetwork = openProviderNetwork } = options
  let lane: Lane | null = null
  /** Until each is closed. */
  const retired = new Set<Lane>()

  async function closeLane(old: Lane): Promise<void> {
    await old.network
      .close()
      .catch((error: unknown) => log.warn({ err: error }, 'connections to the gateway stay open'))
    retired.delete(old)
  }

  function retire(old: Lane): void {
    old.isRetired = true
    retired.add(old)
    // Nothing of it is wanted ready any more; what is under way comes to its end.
    old.network.expectNothing()
    if (old.pending === 0) void closeLane(old)
  }

  function laneOfNow(): Lane {
    const { certificateChainPem: chainPem, fingerprint, secureContext } = identity()
    if (lane?.chainPem === chainPem) return lane
    if (lane) {
      log.info({ event: 'gateway.new-connections', fingerprint })
      retire(lane)
    }
    lane = { chainPem, network: openNetwork(proxy, secureContext()), pending: 0, isRetired: false }
    return lane
  }

  return {
    origin,
    identity,
    async fetch(path, init) {
      const used = laneOfNow()
      used.pending += 1
      try {
        return await used.network.fetch(`${origin}${path}`, init)
      } catch (error) {
        throw asGatewayFailure(error)
      } finally {
        used.pending -= 1
        // A request of before the change has its answer.
        if (used.isRetired && used.pending === 0) void closeLane(used)
      }
    },
    expectRequest: (path, inMs) => laneOfNow().network.expectRequest(`${origin}${path}`, inMs),
    async close() {
      if (lane) retire(lane)
      lane = null
      await Promise.all([...retired].map(closeLane))
    },
  }
}
