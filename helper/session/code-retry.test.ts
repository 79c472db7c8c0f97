import { ResponseBodyError } from 'openid-client'
import { describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import { createCodeRetry } from './code-retry.ts'

const away = new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ENOTFOUND' }) })

function throttled(retryAfter: string): ResponseBodyError {
  const response = new Response(null, { status: 429, headers: { 'retry-after': retryAfter } })
  return new ResponseBodyError('slow', { cause: { error: 'temporarily_unavailable' }, response })
}

describe('when a code is asked for again', () => {
  it('waits longer with every failure in a row, and begins anew after a grant', () => {
    const retry = createCodeRetry({ random: () => 0 })
    const waits = [1, 2, 3, 4, 5, 6].map(() => retry.plan(away).retryInMs)
    expect(waits).toEqual([2_500, 5_000, 10_000, 20_000, 2_000, 54_000])
    retry.reset()
    expect(retry.plan(away)).toMatchObject({ code: 'name-not-resolved', retryInMs: 2_500 })
  })

  it.each<[string, number, number]>([
    ['90', 0, 90_000],
    // Not all of a fleet at the moment that all were told.
    ['90', 0.5, 120_000],
    ['86400', 0, 600_000],
  ])('honours Retry-After: %s within reason (random %d)', (retryAfter, random, retryInMs) => {
    expect(createCodeRetry({ random: () => random }).plan(throttled(retryAfter)).retryInMs).toBe(retryInMs)
  })

  it('names the provider’s own word where there is one, and shows codes of the log as unexpected', () => {
    const response = new Response(null, { status: 400 })
    const refused = new ResponseBodyError('no', { cause: { error: 'invalid_client' }, response })
    const retry = createCodeRetry({ random: () => 0 })
    expect(retry.plan(refused)).toMatchObject({ code: 'provider-refused-client', providerError: 'invalid_client' })
    expect(retry.plan(new KioskError('link-closed', 'gone'))).toMatchObject({ code: 'unexpected', providerError: null })
  })
})
