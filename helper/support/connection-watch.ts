/** How the provider answered the last request that was made of it, whatever it was for. Never looks into an answer. */
import { ClientError } from 'openid-client'
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import type { SupportConnection } from '../../contract/support.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import type { ProviderNetwork } from '../oauth/provider-network.ts'
import { troubleCodeOf } from '../session/code-retry.ts'

/** @returns what keeps an answer from being the provider's own; null for its own, also where that is a refusal */
export function answerFault(answer: Response): TroubleCode | null {
  const isPage = answer.headers.get('content-type')?.startsWith('text/html') ?? false
  if (answer.status < 300 && !isPage) return null
  const { trouble } = readProviderFailure(new ClientError('no answer of the provider', { cause: answer }))
  return trouble.code === 'provider-answer-invalid' ? null : troubleCodeOf(trouble)
}

/** The same network, and what it was like lately. */
export function watchConnection(
  network: ProviderNetwork,
  nowMs: () => number,
): { network: ProviderNetwork; connection(): SupportConnection } {
  let connection: SupportConnection = { kind: 'untried' }

  function note(fault: TroubleCode | null): void {
    if (fault === null) connection = { kind: 'answered', atMs: nowMs() }
    else {
      const sinceMs = connection.kind === 'failing' ? connection.sinceMs : nowMs()
      connection = { kind: 'failing', sinceMs, code: fault }
    }
  }

  return {
    connection: () => connection,
    network: {
      ...network,
      async fetch(url, init, onLeaving) {
        try {
          const answer = await network.fetch(url, init, onLeaving)
          note(answerFault(answer))
          return answer
        } catch (error) {
          const { trouble } = readProviderFailure(error)
          // Nothing of the network: the request was called off.
          if (trouble.code !== 'unexpected') note(troubleCodeOf(trouble))
          throw error
        }
      },
    },
  }
}
