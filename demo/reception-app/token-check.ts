/** Decides whether a request to the demo's API comes with a good access token. Never answers why in more than a word. */
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose'
import { Agent, fetch } from 'undici'
import { z } from 'zod'

export type TokenRules = {
  issuer: string
  audience: string
  /** Trusted for the issuer's key set. */
  caPem: string
}

/** RFC 9068 §2.2: what the token says of the person and of what may be done for them. */
const claimsSchema = z.looseObject({
  sub: z.string(),
  jti: z.string(),
  name: z.string(),
  given_name: z.string(),
  scope: z.string().default(''),
})
export type TokenClaims = z.infer<typeof claimsSchema>

export type TokenCheck = {
  /** @returns null for no token, and for one that is not genuine, not for this API, or over */
  check(authorization: string | undefined): Promise<TokenClaims | null>
  close(): Promise<void>
}

/** Asks the issuer for its keys when a token names one that is not known yet. */
export function createTokenCheck({ issuer, audience, caPem }: TokenRules): TokenCheck {
  const dispatcher = new Agent({ connect: { ca: caPem } })
  const keySet = createRemoteJWKSet(new URL(`${issuer}/jwks`), {
    cooldownDuration: 1_000,
    [customFetch]: async (url, { method, headers, signal }) => {
      const answer = await fetch(url, { method, headers: Object.fromEntries(headers), signal, dispatcher })
      return Response.json(await answer.json(), { status: answer.status })
    },
  })
  return {
    async check(authorization) {
      const [, token] = /^Bearer (.+)$/.exec(authorization ?? '') ?? []
      if (token === undefined) return null
      try {
        const { payload } = await jwtVerify(token, keySet, { issuer, audience, algorithms: ['RS256'], typ: 'at+jwt' })
        return claimsSchema.parse(payload)
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) return null
        throw error
      }
    },
    close: () => dispatcher.close(),
  }
}
