/** Connections to the gateway, each opened with the device's certificate of that moment. Never uses an old one for a new connection. */
import type { Log } from '../log.ts'
import { openProviderNetwork, type ProviderNetwork } from '../oauth/provider-network.ts'
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

/** A network with one certificate, and how many of its requests are under way. */
type Lane = { fingerprint: string; network: ProviderNetwork; pending: number; isRetired: boolean }

/** @param identity the device's, as it is by now */
export function openGatewayLanes(options: {
  origin: string
  proxy: string
  identity: () => DeviceIdentity
  log: Log
}): GatewayLanes {
  const { origin, proxy, identity, log } = options
  let lane: Lane | null = null
  const closing = new Set<Promise<void>>()

  function retire(old: Lane): void {
    old.isRetired = true
    if (old.pending > 0) return
    const closed = old.network.close()
    closing.add(closed)
    void closed.finally(() => closing.delete(closed))
  }

  function laneOfNow(): Lane {
    const current = identity()
    if (lane?.fingerprint === current.fingerprint) return lane
    if (lane) {
      log.info({ event: 'gateway.new-connections', fingerprint: current.fingerprint })
      retire(lane)
    }
    const network = openProviderNetwork(proxy, current.secureContext())
    lane = { fingerprint: current.fingerprint, network, pending: 0, isRetired: false }
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
        if (used.isRetired) retire(used)
      }
    },
    expectRequest: (path, inMs) => laneOfNow().network.expectRequest(`${origin}${path}`, inMs),
    async close() {
      if (lane) retire({ ...lane, pending: 0 })
      await Promise.all(closing)
    },
  }
}
