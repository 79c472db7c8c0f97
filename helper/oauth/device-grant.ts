/** One device authorization grant, RFC 8628, from the code to its end. Never polls too early, never shows the device code. */
import type { DeviceAuthorizationResponse } from 'openid-client'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { IssuedCode } from '../session/session-event.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { continueSchedule, mayPoll, type PollOutcome, startSchedule } from './poll-schedule.ts'
import { readProviderFailure } from './provider-error.ts'
import type { ProviderProfile } from './provider-profiles.ts'
import type { RequestTrace } from './request-trace.ts'
import type { SessionTokens } from './session-tokens.ts'
import { checkVerificationLink } from './verification-link.ts'

export type PendingCode = IssuedCode & { deviceCode: string; intervalSeconds: number | null }

export type GrantOutcome =
  | { kind: 'approved'; tokens: SessionTokens }
  | { kind: 'declined' }
  /** Only a new code helps: this one died, or was redeemed in an answer that was lost. */
  | { kind: 'usedUp'; why: 'expired' | 'used-up' }

type PollAnswer = PollOutcome | GrantOutcome

/**
 * Asks for a code.
 *
 * @throws what `readProviderFailure` reads, and KioskError `verification-link-untrusted` for a link nobody should open
 */
export async function requestDeviceCode(
  provider: IdentityProvider,
  identity: KioskConfig['identity'],
  clock: KioskClock,
  trace?: RequestTrace,
  signal?: AbortSignal,
): Promise<PendingCode> {
  const askedAtMs = clock.nowMs()
  const answer: DeviceAuthorizationResponse = await provider.requestCode(trace, signal)
  const verificationUri = checkVerificationLink(answer.verification_uri, identity)
  const complete = answer.verification_uri_complete
  for (const link of [answer.verification_uri, complete]) {
    if (!link?.includes(answer.device_code)) continue
    throw new KioskError('verification-link-untrusted', 'the provider’s verification link holds the device code')
  }
  return {
    deviceCode: answer.device_code,
    userCode: answer.user_code,
    verificationUri,
    qrText: complete === undefined ? verificationUri : checkVerificationLink(complete, identity),
    codePrefilled: complete !== undefined,
    intervalSeconds: answer.interval ?? null,
    issuedAtMs: clock.nowMs(),
    // Counted from the asking: the code may have been born any time since.
    expiresAtMs: askedAtMs + answer.expires_in * 1000,
  }
}

/** RFC 8628 §3.5, and the words that a provider has besides. */
function readPollError(error: unknown, { words }: ProviderProfile): PollAnswer {
  const failure = readProviderFailure(error)
  if (failure.kind === 'transient') return { kind: 'transient', retryAfterMs: failure.retryAfterMs }
  if (failure.kind === 'final') throw error
  if (failure.error === 'authorization_pending') return { kind: 'pending' }
  if (failure.error === 'slow_down') return { kind: 'slowDown', intervalSeconds: failure.intervalSeconds }
  if (words.declined.includes(failure.error)) return { kind: 'declined' }
  if (failure.error === 'expired_token') return { kind: 'usedUp', why: 'expired' }
  if (words.usedUp.includes(failure.error)) return { kind: 'usedUp', why: 'used-up' }
  throw error
}

/** What polling tells while it goes on: a fault that it lives through, or null for a good answer. */
export type PollListener = (fault: unknown | null) => void

/**
 * Polls until the person decided or the code died.
 *
 * @throws what `readProviderFailure` reads, for an answer that no further poll can better; the signal's reason on abort
 */
export async function awaitApproval(
  provider: IdentityProvider,
  code: PendingCode,
  options: { clock: KioskClock; signal: AbortSignal; onPoll: PollListener; trace?: RequestTrace },
): Promise<GrantOutcome> {
  const { clock, signal, onPoll, trace } = options
  const random = () => clock.random()
  let schedule = startSchedule(code, clock.nowMs(), random)
  while (schedule.nextPollAtMs !== null) {
    const delayMs = schedule.nextPollAtMs - clock.nowMs()
    provider.expectPoll(delayMs)
    await clock.wait(delayMs, signal)
    if (!mayPoll(schedule, clock.nowMs())) break
    let answer: PollAnswer
    try {
      return { kind: 'approved', tokens: await provider.redeem(code, trace) }
    } catch (error) {
      answer = readPollError(error, provider.profile)
      signal.throwIfAborted()
      onPoll(answer.kind === 'transient' ? error : null)
    }
    if (answer.kind === 'approved' || answer.kind === 'declined' || answer.kind === 'usedUp') return answer
    schedule = continueSchedule(schedule, answer, clock.nowMs(), random)
  }
  await clock.wait(Math.max(code.expiresAtMs - clock.nowMs(), 0), signal)
  return { kind: 'usedUp', why: 'expired' }
}
