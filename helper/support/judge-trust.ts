/** What the provider's certificate and its host's clock say about one another. Pure. Never trusts either; it only names the fault. */
import type { CheckOutcome } from './check-run.ts'
import type { ProviderLook, SeenCertificate } from './provider-look.ts'

/** Providers take a minute's difference; from here on somebody should look at the kiosk's clock. */
const NOTICEABLE_SKEW_MS = 60_000
/** Beyond this the kiosk corrects nothing any more, see `identity-provider.ts`. */
const MOST_SKEW_MS = 12 * 3_600_000

const OF_TIME = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])
const OF_ANOTHER_HOST = new Set(['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'])

const day = (epochMs: number) =>
  Number.isNaN(epochMs) ? 'an unknown day' : new Date(epochMs).toISOString().slice(0, 10)

/** Whole units that a person can compare with a clock on the wall. */
function span(ms: number): string {
  const seconds = Math.abs(ms) / 1000
  if (seconds < 7200) return `${seconds.toFixed(0)} s`
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(0)} h` : `${(seconds / 86_400).toFixed(0)} days`
}

function isValidAt({ validFromEpochMs, validUntilEpochMs }: SeenCertificate, epochMs: number): boolean {
  return epochMs >= validFromEpochMs && epochMs <= validUntilEpochMs
}

/** The certificate would do by the host's clock: then it is this clock that is wrong. */
function isClockAtFault({ certificate, skewMs }: ProviderLook, nowEpochMs: number): boolean {
  if (!certificate?.fault || !OF_TIME.has(certificate.fault) || skewMs === null) return false
  return Math.abs(skewMs) >= NOTICEABLE_SKEW_MS && isValidAt(certificate, nowEpochMs + skewMs)
}

/** @param look of this moment */
export function judgeClock(look: ProviderLook, nowEpochMs: number): CheckOutcome {
  const { skewMs } = look
  if (skewMs === null) return { state: 'skipped', found: 'whoever answers there does not say the time' }
  const found = skewMs === 0 ? 'right' : `${span(skewMs)} ${skewMs > 0 ? 'behind' : 'ahead'}`
  const isTooFar = Math.abs(skewMs) > MOST_SKEW_MS || isClockAtFault(look, nowEpochMs)
  if (isTooFar) return { state: 'failed', found, code: 'clock-wrong' }
  if (Math.abs(skewMs) < NOTICEABLE_SKEW_MS) return { state: 'ok', found }
  return { state: 'warning', found, code: 'clock-wrong' }
}

/** Whether it is the provider, and nobody in between, whose certificate this process would accept. */
export function judgeTrust(look: ProviderLook): CheckOutcome {
  const { certificate } = look
  if (look.kind === 'no-tls') return { state: 'failed', code: look.code, found: 'no TLS connection comes about' }
  if (!certificate) return { state: 'skipped', found: 'plain http' }
  const { fault, issuer, validFromEpochMs, validUntilEpochMs } = certificate
  if (fault === null) return { state: 'ok', found: issuer }
  if (fault === 'CERT_HAS_EXPIRED') {
    return {
      state: 'failed',
      code: 'provider-certificate-expired',
      found: `expired on ${day(validUntilEpochMs)}, issued by ${issuer}`,
    }
  }
  if (fault === 'CERT_NOT_YET_VALID') {
    return {
      state: 'failed',
      code: 'clock-wrong',
      found: `valid from ${day(validFromEpochMs)} on, issued by ${issuer}`,
    }
  }
  if (OF_ANOTHER_HOST.has(fault)) {
    return { state: 'failed', code: 'provider-untrusted', found: `not for this host, issued by ${issuer}` }
  }
  return { state: 'failed', code: 'tls-intercepted', found: `issued by ${issuer}, whom nothing here vouches for` }
}
