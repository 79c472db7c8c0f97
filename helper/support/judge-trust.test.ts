import { describe, expect, it } from 'vitest'
import { judgeClock, judgeTrust } from './judge-trust.ts'
import type { ProviderLook, SeenCertificate } from './provider-look.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NOW_MS = Date.UTC(2026, 10, 22)

/** Valid from ten days before this moment to ten after it, as this clock has it. */
function seen(fault: string | null, skewMs: number | null, certificate: Partial<SeenCertificate> = {}): ProviderLook {
  const [validFromEpochMs, validUntilEpochMs] = [NOW_MS - 10 * DAY_MS, NOW_MS + 10 * DAY_MS]
  const whole = { fault, issuer: 'Example Root', validFromEpochMs, validUntilEpochMs, ...certificate }
  return { kind: 'seen', certificate: whole, skewMs }
}

describe('the clock, by the provider’s', () => {
  it.each<[string, ProviderLook, string]>([
    ['says nothing', seen(null, null), 'skipped'],
    ['the same', seen(null, 0), 'ok'],
    ['a little off', seen(null, -45_000), 'ok'],
    ['a minute off', seen(null, 61_000), 'warning'],
    ['half a day off', seen(null, -13 * HOUR_MS), 'failed'],
    [
      'an hour off, so that a certificate of this morning is not valid yet',
      seen('CERT_NOT_YET_VALID', HOUR_MS, { validFromEpochMs: NOW_MS + HOUR_MS / 2 }),
      'failed',
    ],
    [
      'right, and the certificate really is old',
      seen('CERT_HAS_EXPIRED', 0, { validUntilEpochMs: NOW_MS - DAY_MS }),
      'ok',
    ],
  ])('%s', (_what, look, state) => {
    const outcome = judgeClock(look, NOW_MS)
    expect(outcome.state).toBe(state)
    if (state === 'failed') expect(outcome.code).toBe('clock-wrong')
  })

  it('says in whole units how far it is off', () => {
    expect(judgeClock(seen(null, 400 * DAY_MS), NOW_MS).found).toBe('400 days behind')
    expect(judgeClock(seen(null, -90_000), NOW_MS).found).toBe('90 s ahead')
  })
})

describe('the certificate', () => {
  it.each<[string, ProviderLook, string, string | undefined]>([
    ['is good', seen(null, 0), 'ok', undefined],
    ['is expired', seen('CERT_HAS_EXPIRED', 0), 'failed', 'provider-certificate-expired'],
    ['is for another host', seen('ERR_TLS_CERT_ALTNAME_INVALID', 0), 'failed', 'provider-untrusted'],
    ['is of a foreign authority', seen('SELF_SIGNED_CERT_IN_CHAIN', 0), 'failed', 'tls-intercepted'],
    ['is of an authority that is not shown', seen('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 0), 'failed', 'tls-intercepted'],
    [
      'is not shown at all',
      { kind: 'no-tls', certificate: null, skewMs: null, code: 'provider-untrusted' },
      'failed',
      'provider-untrusted',
    ],
    ['is not asked for', { kind: 'seen', certificate: null, skewMs: 0 }, 'skipped', undefined],
  ])('%s', (_what, look, state, code) => {
    const outcome = judgeTrust(look)
    expect(outcome).toMatchObject({ state, ...(code && { code }) })
    if (look.certificate) expect(outcome.found).toContain('Example Root')
  })
})
