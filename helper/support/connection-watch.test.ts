import { describe, expect, it } from 'vitest'
import { answerFault } from './connection-watch.ts'

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
