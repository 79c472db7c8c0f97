/** Cases of ID tokens that must not sign anybody in. The tenant's one needs a client that is told its tenant. */
import type { Fault } from './fault.ts'
import type { FaultCase } from './fault-case.ts'

const DAY_SECONDS = 24 * 60 * 60
const OTHER_TENANT_ID = '00000000-0000-4000-8000-000000000000'

type Forgery = Omit<Extract<Fault, { kind: 'forgeIdToken' }>, 'kind'>

function playOnTokens(name: string, fault: Fault): FaultCase {
  return {
    name,
    expectation: 'refuses',
    arrange: (provider) => provider.play(({ endpoint }) => (endpoint === 'token' ? fault : null)),
    approveAfterPolls: 1,
  }
}

function forged(name: string, forgery: Forgery): FaultCase {
  return playOnTokens(name, { kind: 'forgeIdToken', ...forgery })
}

/** Signed by the provider, but with other claims. */
function claiming(name: string, claims: NonNullable<Forgery['claims']>): FaultCase {
  return forged(name, { key: 'provider', claims })
}

function later(claim: unknown, seconds: number): number {
  return Number(claim) + seconds
}

export const FORGERY_CASES: readonly FaultCase[] = [
  claiming('the ID token has another issuer', (claims) => ({ ...claims, iss: 'https://elsewhere.example' })),
  claiming('the ID token is for another client', (claims) => ({ ...claims, aud: 'another-client' })),
  claiming('the ID token comes from another tenant', (claims) => ({ ...claims, tid: OTHER_TENANT_ID })),
  claiming('the ID token has expired', ({ iat, exp, ...claims }) => ({
    ...claims,
    iat: later(iat, -DAY_SECONDS),
    exp: later(exp, -DAY_SECONDS),
  })),
  claiming('the ID token was issued tomorrow', ({ iat, exp, ...claims }) => ({
    ...claims,
    iat: later(iat, DAY_SECONDS),
    exp: later(exp, DAY_SECONDS),
  })),
  claiming('the ID token names nobody', ({ sub: _, ...claims }) => claims),
  forged('the ID token is signed by a stranger under the provider’s key id', { key: 'stranger' }),
  forged('the ID token is signed by a stranger under an unknown key id', {
    key: 'stranger',
    header: (header) => ({ ...header, kid: 'unknown' }),
  }),
  forged('the ID token has no signature', { key: 'none' }),
  playOnTokens('the tokens come without an ID token', {
    kind: 'rewrite',
    change: ({ id_token: _, ...tokens }) => tokens,
  }),
]
