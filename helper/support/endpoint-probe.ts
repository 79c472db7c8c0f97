/** Whether one address of the provider answers, and how soon. Never sends anything that means something there. */
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import type { SupportEndpoint } from '../../contract/support.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import type { ProviderNetwork } from '../oauth/provider-network.ts'
import { troubleCodeOf } from '../session/code-retry.ts'
import { answerFault } from './connection-watch.ts'

const PROBE_LIMIT_MS = 4_000

export type Probe = { roundTripMs: number } & (
  | { code: null; status: number; body: string }
  | { code: TroubleCode; body: null }
)

/**
 * @param method `GET` for a document; `OPTIONS` elsewhere, which does nothing on any server (RFC 9110 §9.3.7)
 */
export async function probe(
  network: Pick<ProviderNetwork, 'fetch'>,
  url: string,
  { method, signal }: { method: 'GET' | 'OPTIONS'; signal: AbortSignal },
): Promise<Probe> {
  const sentAtMs = performance.now()
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PROBE_LIMIT_MS)])
  try {
    const answer = await network.fetch(url, { method, headers: { accept: 'application/json' }, signal: limit })
    const times = { roundTripMs: performance.now() - sentAtMs }
    // TLS vouches for whose answer it is, and a refusal of such a request is one.
    const isAnswered = method === 'OPTIONS' && (answer.status < 408 || answer.status === 501)
    const code = isAnswered ? null : answerFault(answer)
    if (code !== null) return { ...times, code, body: null }
    return { ...times, code: null, status: answer.status, body: await answer.text() }
  } catch (error) {
    signal.throwIfAborted()
    const code = troubleCodeOf(readProviderFailure(error).trouble)
    return { roundTripMs: performance.now() - sentAtMs, code, body: null }
  }
}

export function asEndpoint(name: SupportEndpoint['name'], { roundTripMs, code }: Probe): SupportEndpoint {
  if (code === null) return { name, state: 'reachable', roundTripMs: Math.round(roundTripMs), code }
  return { name, state: 'unreachable', roundTripMs: null, code }
}
