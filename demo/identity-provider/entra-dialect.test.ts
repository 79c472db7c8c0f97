/** Tests the translation of oidc-provider's answers into Entra ID's. */
import { describe, expect, it } from 'vitest'
import { toEntraDeviceAnswer, toEntraError } from './entra-dialect.ts'

const identity = { traceId: 'trace', correlationId: 'correlation', atEpochMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678) }

describe('toEntraError', () => {
  it.each<[what: string, error: string, isDeviceCodeGrant: boolean, isKnown: boolean, said: string, number: number]>([
    ['a pending approval', 'authorization_pending', true, true, 'authorization_pending', 70016],
    ['a poll too soon', 'slow_down', true, true, 'slow_down', 50196],
    ['a person’s no', 'access_denied', true, true, 'authorization_declined', 65004],
    ['an expired code', 'expired_token', true, true, 'expired_token', 70019],
    ['an unknown device code', 'invalid_grant', true, false, 'bad_verification_code', 70018],
    ['a redeemed device code', 'invalid_grant', true, true, 'invalid_grant', 54005],
    ['a revoked refresh token', 'invalid_grant', false, false, 'invalid_grant', 50173],
    ['an unknown client', 'invalid_client', true, false, 'unauthorized_client', 700016],
    ['a wrong scope', 'invalid_scope', false, false, 'invalid_scope', 70011],
    ['anything else', 'no_such_error', false, false, 'invalid_request', 900144],
  ])('has its words for %s', (_what, error, isDeviceCodeGrant, isKnownDeviceCode, said, number) => {
    const answer = toEntraError({ error, isDeviceCodeGrant, isKnownDeviceCode }, identity)
    expect(answer).toMatchObject({ error: said, error_codes: [number] })
    expect(answer.error_description).toMatch(new RegExp(`^AADSTS${number}: `))
  })

  it('names the request in words and in fields', () => {
    const context = { error: 'authorization_pending', isDeviceCodeGrant: true, isKnownDeviceCode: true }
    const answer = toEntraError(context, identity)
    expect(answer).toMatchObject({
      timestamp: '2026-01-02 03:04:05Z',
      trace_id: 'trace',
      correlation_id: 'correlation',
    })
    expect(answer.error_description).toContain(
      'Trace ID: trace Correlation ID: correlation Timestamp: 2026-01-02 03:04:05Z',
    )
  })
})

describe('toEntraDeviceAnswer', () => {
  const answer = toEntraDeviceAnswer({
    device_code: 'device',
    user_code: 'BCDF-GHJK',
    verification_uri: 'https://localhost/device',
    verification_uri_complete: 'https://localhost/device?user_code=BCDF-GHJK',
    expires_in: 900,
    interval: 5,
  })

  it('drops the complete link and keeps the rest', () => {
    expect(answer).not.toHaveProperty('verification_uri_complete')
    expect(answer).toMatchObject({ device_code: 'device', user_code: 'BCDF-GHJK', expires_in: 900, interval: 5 })
  })

  it('tells the person where to type the code', () => {
    expect(answer.message).toContain('open the page https://localhost/device and enter the code BCDF-GHJK')
  })
})
