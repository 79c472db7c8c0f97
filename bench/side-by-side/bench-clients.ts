/** Every client of the bench by its name. */
import type { BenchClient, PerClient } from './bench-client.ts'
import { helperClient } from './helper-client.ts'
import { createPeerClient } from './peer-client.ts'

export const BENCH_CLIENTS: PerClient<BenchClient> = {
  ours: helperClient,
  'openid-client': createPeerClient('openid-client'),
  'msal-node': createPeerClient('msal-node'),
  'shell-loop': createPeerClient('shell-loop'),
}
