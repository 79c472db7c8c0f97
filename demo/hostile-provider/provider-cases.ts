/** Cases of a provider that changes its mind: codes that die early, new keys, a wrong clock, a client it no longer knows. */
import { type FaultCase, isPoll, NEVER } from './fault-case.ts'
import type { HostileProvider } from './hostile-provider.ts'

const POLLS_OF_A_SHORT_LIFE = 3
const SKEW_SECONDS = 120

/** From its fourth poll on, the first code has expired, long before its time. */
function expireFirstCode(provider: HostileProvider): void {
  let firstCode: string | null = null
  provider.play((request) => {
    if (!isPoll(request)) return null
    firstCode ??= request.userCode
    const isDead = request.userCode === firstCode && request.turn > POLLS_OF_A_SHORT_LIFE
    return isDead ? { kind: 'oauthError', error: 'expired_token' } : null
  })
}

/** Nothing goes wrong, but the signing key is another one by the time of the tokens. */
function rotateAtFirstPoll(provider: HostileProvider): void {
  provider.play((request) => {
    if (isPoll(request) && request.turn === 1) void provider.rotateKeys()
    return null
  })
}

/** As Entra ID does, whose ID tokens may not be used before they were issued. */
function skewWithNotBefore(provider: HostileProvider): void {
  provider.setClockSkew(SKEW_SECONDS)
  provider.play(({ endpoint }) =>
    endpoint === 'token'
      ? { kind: 'forgeIdToken', key: 'provider', claims: (claims) => ({ ...claims, nbf: claims.iat }) }
      : null,
  )
}

export const PROVIDER_CASES: readonly FaultCase[] = [
  {
    name: 'the code expires after three polls',
    expectation: 'survives',
    arrange: expireFirstCode,
    approveAfterPolls: NEVER,
  },
  {
    name: 'the signing key changes between code and tokens',
    expectation: 'survives',
    arrange: rotateAtFirstPoll,
    approveAfterPolls: 2,
  },
  {
    name: 'the provider’s clock is two minutes ahead',
    expectation: 'survives',
    arrange: (provider) => provider.setClockSkew(SKEW_SECONDS),
    approveAfterPolls: 1,
  },
  {
    name: 'the provider’s clock is two minutes behind',
    expectation: 'survives',
    arrange: (provider) => provider.setClockSkew(-SKEW_SECONDS),
    approveAfterPolls: 1,
  },
  {
    // The Date header of every answer names the provider's clock, on which the token is good.
    name: 'the provider’s clock is two minutes ahead, and its ID tokens say nbf',
    expectation: 'survives',
    arrange: skewWithNotBefore,
    approveAfterPolls: 1,
  },
  {
    name: 'the provider does not know the client',
    expectation: 'cannot survive',
    reason: 'only an administrator can register the client again',
    arrange: (provider) =>
      provider.play(({ endpoint }) =>
        endpoint === 'device' || endpoint === 'token'
          ? { kind: 'oauthError', error: 'invalid_client', status: 401 }
          : null,
      ),
    approveAfterPolls: NEVER,
  },
]
