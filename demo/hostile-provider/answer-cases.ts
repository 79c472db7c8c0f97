/** Cases of answers that come, but not from a provider in good health, or not from the provider at all. */
import { type FaultCase, failFirst, failingPoll, failPolls } from './fault-case.ts'
import { CAPTIVE_PORTAL_PATH } from './hostile-provider.ts'

const WAIT_SECONDS = 3
const HUGE_BYTES = 50_000_000

function html(title: string): string {
  return `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1></html>`
}

/** The provider's answers to a request for a code come with another interval, or none. */
function codesWithInterval(interval: unknown): FaultCase['arrange'] {
  const change = ({ interval: _, ...code }: Record<string, unknown>) => ({
    ...code,
    ...(interval !== undefined && { interval }),
  })
  return (provider) => provider.play(({ endpoint }) => (endpoint === 'device' ? { kind: 'rewrite', change } : null))
}

export const ANSWER_CASES: readonly FaultCase[] = [
  failingPoll('one poll is answered 429', { kind: 'status', status: 429 }),
  failingPoll('one poll is answered 429 with Retry-After in seconds', {
    kind: 'status',
    status: 429,
    headers: { 'retry-after': String(WAIT_SECONDS) },
  }),
  failingPoll('one poll is answered 429 with Retry-After as a date', () => ({
    kind: 'status',
    status: 429,
    headers: { 'retry-after': new Date(Date.now() + WAIT_SECONDS * 1000).toUTCString() },
  })),
  failingPoll('one poll is answered 429 with X-Rate-Limit-Reset', () => ({
    kind: 'status',
    status: 429,
    headers: { 'x-rate-limit-reset': String(Math.ceil(Date.now() / 1000) + WAIT_SECONDS) },
  })),
  failingPoll('one poll is answered 421', { kind: 'status', status: 421 }),
  failingPoll('one poll is answered 500', { kind: 'status', status: 500 }),
  failingPoll('one poll is answered 502 with HTML', { kind: 'status', status: 502, body: html('502 Bad Gateway') }),
  failingPoll('one poll is answered 503 with Retry-After', {
    kind: 'status',
    status: 503,
    headers: { 'retry-after': String(WAIT_SECONDS) },
    body: html('503 Service Unavailable'),
  }),
  failingPoll('one poll is answered 504', { kind: 'status', status: 504, body: html('504 Gateway Timeout') }),
  failingPoll('one poll is answered 400 with an empty body', { kind: 'status', status: 400 }),
  failingPoll('a captive portal answers one poll', { kind: 'captivePortal' }),
  {
    name: 'one poll is redirected to a captive portal',
    expectation: 'survives',
    arrange: (provider) => {
      const location = provider.issuer + CAPTIVE_PORTAL_PATH
      return failPolls([2], { kind: 'redirect', location })(provider)
    },
    approveAfterPolls: 2,
  },
  failingPoll('one poll is answered with broken JSON', { kind: 'brokenJson' }),
  failingPoll('one poll is answered with 50 MB of JSON', { kind: 'hugeJson', bytes: HUGE_BYTES }),
  failingPoll('one answer comes as text/plain', { kind: 'wrongContentType' }),
  failingPoll('one slow_down comes with status 429', { kind: 'oauthError', error: 'slow_down', status: 429 }),
  {
    // RFC 8628 §3.5 makes a good client wait 1 + 6 + 11 + 16 seconds here.
    name: 'three polls in a row are answered slow_down',
    expectation: 'survives',
    arrange: failPolls([1, 2, 3], { kind: 'oauthError', error: 'slow_down' }),
    approveAfterPolls: 3,
  },
  {
    name: 'the code comes without an interval',
    expectation: 'survives',
    arrange: codesWithInterval(undefined),
    approveAfterPolls: 2,
  },
  {
    name: 'the code comes with its interval as a string',
    expectation: 'survives',
    arrange: codesWithInterval('1'),
    approveAfterPolls: 2,
  },
  {
    name: 'the code comes with an interval of zero',
    expectation: 'survives',
    arrange: codesWithInterval(0),
    approveAfterPolls: 2,
  },
  {
    name: 'discovery is answered 503 once',
    expectation: 'survives',
    arrange: failFirst('discovery', { kind: 'status', status: 503, body: html('503 Service Unavailable') }),
    approveAfterPolls: 1,
  },
  {
    name: 'the first request for a code is answered 502',
    expectation: 'survives',
    arrange: failFirst('device', { kind: 'status', status: 502, body: html('502 Bad Gateway') }),
    approveAfterPolls: 1,
  },
  {
    name: 'the key set is answered 503 once',
    expectation: 'survives',
    arrange: failFirst('jwks', { kind: 'status', status: 503, body: html('503 Service Unavailable') }),
    approveAfterPolls: 1,
  },
]
