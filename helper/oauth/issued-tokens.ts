/** Remembers what the token endpoint gave away during one call, before anybody trusted it. Never keeps it for longer. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { z } from 'zod'
import type { SessionTokens } from './session-tokens.ts'

export type IssuedTokens = Pick<SessionTokens, 'accessToken' | 'refreshToken'>

const answerSchema = z.looseObject({
  access_token: z.string(),
  refresh_token: z.string().nullable().catch(null),
})

export type IssuedTokensWatch = {
  /** Runs a request; `issued` tells afterwards what its answer held, whatever became of it. */
  during<T>(request: () => Promise<T>): { result: Promise<T>; issued: () => IssuedTokens | null }
  /** Looks into an answer of the token endpoint, which belongs to the call it came in. */
  note(answer: Response): Promise<void>
}

/** @param onTokens called whenever an answer holds any */
export function watchIssuedTokens(onTokens: () => void): IssuedTokensWatch {
  const calls = new AsyncLocalStorage<{ tokens: IssuedTokens | null }>()
  return {
    during(request) {
      const call = { tokens: null as IssuedTokens | null }
      return { result: calls.run(call, request), issued: () => call.tokens }
    },
    async note(answer) {
      const call = calls.getStore()
      if (!call || !answer.ok) return
      const body: unknown = await answer
        .clone()
        .json()
        .catch(() => null)
      const read = answerSchema.safeParse(body)
      if (!read.success) return
      onTokens()
      call.tokens = { accessToken: read.data.access_token, refreshToken: read.data.refresh_token }
    },
  }
}
