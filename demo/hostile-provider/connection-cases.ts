/** Cases of a network that delays, cuts and loses. */
import { type FaultCase, failFirst, failingPoll, failPolls, isPoll, NEVER } from './fault-case.ts'
import type { HostileProvider } from './hostile-provider.ts'

const REFUSED_MS = 3_000

/** The second poll finds the provider going away. */
function leaveAtSecondPoll(provider: HostileProvider, afterwards: () => void): void {
  provider.play((request) => {
    if (!isPoll(request) || request.turn !== 2) return null
    void provider.setListening(false).then(afterwards)
    return { kind: 'reset', stage: 'before' }
  })
}

/** Loses answers with tokens. The provider has redeemed such a code: "invalid_grant" from then on. */
function loseTokens(provider: HostileProvider, stage: 'midBody' | 'after', which: 'first' | 'every'): void {
  const isLost = () => provider.requests.some(({ outcome }) => outcome?.fault === 'reset')
  provider.play((request) => {
    if (!isPoll(request) || (which === 'first' && isLost())) return null
    return { kind: 'reset', stage, onlyTokens: true }
  })
}

/** Survivable: the person has approved nothing yet, so nothing is lost with the answer to the second poll. */
function losingPending(name: string, stage: 'midBody' | 'after'): FaultCase {
  const arrange = failPolls([2], { kind: 'reset', stage })
  return { name, expectation: 'survives', arrange, approveAfterPolls: 3 }
}

export const CONNECTION_CASES: readonly FaultCase[] = [
  {
    name: 'every answer takes 400 ms, more or less',
    expectation: 'survives',
    arrange: (provider) => provider.play(() => ({ kind: 'delay', ms: 400, jitterMs: 200 })),
    approveAfterPolls: 3,
  },
  failingPoll('one poll is reset before the provider sees it', { kind: 'reset', stage: 'before' }),
  losingPending('one pending answer is cut in mid-body', 'midBody'),
  losingPending('one pending answer is lost', 'after'),
  failingPoll('one poll is never answered', { kind: 'hang' }),
  // Any pending answer has more than 80 bytes, so that it takes more than ten seconds.
  failingPoll('one answer drips in for more than ten seconds', { kind: 'slowDrip', bytesPerSecond: 2 }),
  {
    name: 'connections are refused for three seconds',
    expectation: 'survives',
    arrange: (provider) =>
      leaveAtSecondPoll(provider, () => {
        setTimeout(() => void provider.setListening(true), REFUSED_MS)
      }),
    approveAfterPolls: 2,
  },
  {
    name: 'the first request for a code is never answered',
    expectation: 'survives',
    arrange: failFirst('device', { kind: 'hang' }),
    approveAfterPolls: 1,
  },
  {
    name: 'the answer with the tokens is lost',
    expectation: 'survives',
    arrange: (provider) => loseTokens(provider, 'after', 'first'),
    approveAfterPolls: 1,
  },
  {
    name: 'the answer with the tokens is cut in mid-body',
    expectation: 'survives',
    arrange: (provider) => loseTokens(provider, 'midBody', 'first'),
    approveAfterPolls: 1,
  },
  {
    name: 'every answer with tokens is lost',
    expectation: 'cannot survive',
    reason: 'a redeemed code is spent: who never gets the answer to one never gets tokens',
    arrange: (provider) => loseTokens(provider, 'after', 'every'),
    approveAfterPolls: 1,
  },
  {
    name: 'the provider goes away for good',
    expectation: 'cannot survive',
    reason: 'nobody is left to hand out tokens',
    arrange: (provider) => leaveAtSecondPoll(provider, () => {}),
    approveAfterPolls: NEVER,
  },
]
