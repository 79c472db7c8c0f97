import { describe, expect, it } from 'vitest'
import { judgePainted } from './check-list.ts'
import { answerFault } from './connection-watch.ts'
import { judgeSkew } from './network-checks.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const PAGE_TYPE = { 'content-type': 'text/html; charset=utf-8' }

describe('an answer in the provider’s place', () => {
  it.each<[string, number, Record<string, string>, string | null]>([
    ['its document', 200, JSON_TYPE, null],
    ['its refusal of a request that means nothing', 405, {}, null],
    ['its refusal as JSON', 400, JSON_TYPE, null],
    ['a page', 200, PAGE_TYPE, 'captive-portal'],
    ['a redirect', 302, {}, 'captive-portal'],
    ['a gateway’s fault', 502, PAGE_TYPE, 'provider-unavailable'],
    ['too many requests', 429, {}, 'provider-throttled'],
  ])('is judged: %s (%i)', (_what, status, headers, code) => {
    expect(answerFault(new Response(null, { status, headers }))).toBe(code)
  })
})

describe('the clock', () => {
  it.each<[number | null, string]>([
    [null, 'skipped'],
    [0, 'ok'],
    [-45_000, 'ok'],
    [61_000, 'warning'],
    [-13 * 3_600_000, 'failed'],
  ])('%s ms off is %s', (skewMs, state) => {
    expect(judgeSkew(skewMs).state).toBe(state)
  })
})

describe('the painted heartbeat', () => {
  it.each<[string, number | null, string]>([
    ['a moment ago', 99_000, 'ok'],
    ['long ago', 80_000, 'failed'],
    ['never', null, 'failed'],
  ])('%s', (_what, atEpochMs, state) => {
    const painted = atEpochMs === null ? null : { sequence: 1, kind: 'attract', generation: null, atEpochMs }
    expect(judgePainted(painted, 100_000).state).toBe(state)
  })
})
