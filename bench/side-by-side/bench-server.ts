/** A provider for one measure, near or far. Never fails by itself: faults come from the catalogue. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type HostileProvider, startHostileProvider } from '../../demo/hostile-provider/hostile-provider.ts'
import type { IdentityProviderOptions } from '../../demo/identity-provider/identity-provider.ts'
import { openSlowLink } from '../../demo/network/slow-link.ts'
import type { ServerAddress } from './bench-client.ts'

/** A real network's round trips vary by about this much. */
const JITTER_SHARE = 0.1

export type BenchServer = {
  provider: HostileProvider
  address: ServerAddress
  close(): Promise<void>
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** @param roundTripMs 0 for a provider that is reached directly */
export async function openBenchServer(
  options: Partial<IdentityProviderOptions>,
  { roundTripMs = 0 }: { roundTripMs?: number } = {},
): Promise<BenchServer> {
  const port = await findFreePort()
  const link =
    roundTripMs > 0 ? await openSlowLink({ targetPort: port, roundTripMs, jitterMs: roundTripMs * JITTER_SHARE }) : null
  // The issuer names the link's port, because that is where its clients find it.
  const provider = await startHostileProvider({ ...options, port, ...(link && { publicPort: link.port }) })
  const { issuer, clientId, ca } = provider
  if (link && new URL(issuer).port !== String(link.port))
    throw new Error('the issuer does not lead through the slow link')
  return {
    provider,
    address: { issuer, clientId, ca, entraLike: options.entraLike ?? false },
    async close() {
      await link?.close()
      await provider.close()
    },
  }
}
