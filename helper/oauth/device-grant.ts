/** One device authorization grant, RFC 8628, from the code to its end. Never polls too early, never shows the device code. */
import type { DeviceAuthorizationResponse } from 'openid-client'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import type { IssuedCode } from '../session/session-machine.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { continueSchedule, type PollOutcome, startSchedule } from './poll-schedule.ts'
import { readProviderFailure } from './provider-error.ts'
import type { SessionTokens } from './session-tokens.ts'
import { checkVerificationLink } from './verification-link.ts'

/** Time as the grant sees it, passed in. `wait` rejects when the signal aborts. */
export type GrantClock = {
  nowMs(): number
  wait(delayMs: number, signal: AbortSignal): Promise<void>
  random(): number
}

export type PendingCode = IssuedCode & { deviceCode: string; intervalSeconds: number | null }

export type GrantOutcome =
  | { kind: 'approved'; tokens: SessionTokens }
  | { kind: 'declined' }
  /** Expired, or redeemed in an answer that was lost: only a new code helps. */
  | { kind: 'usedUp' }

type PollAnswer = PollOutcome | GrantOutcome

/**
 * Asks for a code.
 *
 * @throws what `readProviderFailure` reads, and KioskError `verification-link-untrusted` for a link nobody should open
 */
export async function requestDeviceCode(
  provider: IdentityProvider,
  identity: KioskConfig['identity'],
  clock: GrantClock,
): Promise<PendingCode> {
  const askedAtMs = clock.nowMs()
  const answer: DeviceAuthorizationResponse = await provider.requestCode()
  const verificationUri = checkVerificationLink(answer.verification_uri, identity)
  const complete = answer.verification_uri_complete
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

/** RFC 8628 §3.5 and the words Entra ID has for the same. */
function readPollError(error: unknown): PollAnswer {
  const failure = readProviderFailure(error)
  if (failure.kind === 'transient') return { kind: 'transient', retryAfterMs: failure.retryAfterMs }
  if (failure.kind === 'final') throw failure.trouble
  switch (failure.error) {
    case 'authorization_pending':
      return { kind: 'pending' }
    case 'slow_down':
      return { kind: 'slowDown', intervalSeconds: failure.intervalSeconds }
    case 'access_denied':
    case 'authorization_declined':
      return { kind: 'declined' }
    case 'expired_token':
    case 'bad_verification_code':
    case 'invalid_grant':
      return { kind: 'usedUp' }
    default:
      throw failure.trouble
  }
}

/**
 * Polls until the person decided or the code died.
 *
 * @param onTransient is told of every fault that polling lives through
 * @throws KioskError with a trouble code for an answer that no further poll can better; the signal's reason on abort
 */
export async function awaitApproval(
  provider: IdentityProvider,
  code: PendingCode,
  options: { clock: GrantClock; signal: AbortSignal; onTransient: (trouble: unknown) => void },
): Promise<GrantOutcome> {
  const { clock, signal, onTransient } = options
  const random = () => clock.random()
  let schedule = startSchedule(code, clock.nowMs(), random)
  while (schedule.nextPollAtMs !== null) {
    await clock.wait(schedule.nextPollAtMs - clock.nowMs(), signal)
    let answer: PollAnswer
    try {
      return { kind: 'approved', tokens: await provider.redeem(code.deviceCode) }
    } catch (error) {
      answer = readPollError(error)
      if (answer.kind === 'transient') onTransient(error)
    }
    signal.throwIfAborted()
    if (answer.kind === 'approved' || answer.kind === 'declined' || answer.kind === 'usedUp') return answer
    schedule = continueSchedule(schedule, answer, clock.nowMs(), random)
  }
  await clock.wait(Math.max(code.expiresAtMs - clock.nowMs(), 0), signal)
  return { kind: 'usedUp' }
}
