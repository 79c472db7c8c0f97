/** What a session machine is told and what it asks for. Types only. Never carries a token. */
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import type { EndReason, ProvisioningProblem } from '../../contract/session-state.ts'

export type SessionPolicy = {
  start: 'touch' | 'always'
  confirmMs: number
  maxUnattendedCodes: number
  shiftMs: number
  /** Null where the bundle sets no idle limit. */
  idleMs: number | null
  /** False lets a session live through the death of the screen that showed it. */
  endOnScreenCrash: boolean
}

/** A session that was going on before a planned restart; all moments on this helper's monotonic clock. */
export type ResumedSession = {
  generation: number
  displayName: string
  since: number
  validUntil: number
  idleUntil: number | null
  tokensExpireAtMs: number | null
}

/** A code as the provider issued it; the device code itself stays with the grant. */
export type IssuedCode = {
  userCode: string
  verificationUri: string
  qrText: string
  codePrefilled: boolean
  /** When the answer with the code arrived and when the code dies, on the helper's monotonic clock. */
  issuedAtMs: number
  expiresAtMs: number
}

export type SessionEvent =
  | { kind: 'provisioned'; policy: SessionPolicy; resumed: ResumedSession | null }
  | { kind: 'unprovisioned'; problems: ProvisioningProblem[] }
  | { kind: 'touched' }
  | { kind: 'codeIssued'; generation: number; code: IssuedCode }
  | { kind: 'codeUsedUp'; generation: number; why: 'expired' | 'used-up' }
  | {
      kind: 'grantFailed'
      generation: number
      code: TroubleCode
      providerError: string | null
      retryInMs: number
      notBeforeInMs: number | null
    }
  /** Polling goes on; the screen may say why the answer takes longer. */
  | { kind: 'pollFailed'; generation: number; code: TroubleCode }
  | { kind: 'pollAnswered'; generation: number }
  | { kind: 'declined'; generation: number }
  /** `expiresAtMs` is when the tokens die and cannot be renewed, or null while a refresh token renews them. */
  | { kind: 'approved'; generation: number; displayName: string; expiresAtMs: number | null }
  | { kind: 'presenceConfirmed'; generation: number }
  | { kind: 'presenceDenied'; generation: number }
  | { kind: 'activity' }
  | { kind: 'signOutRequested' }
  | { kind: 'signInRestartOrdered' }
  | { kind: 'sessionLost'; generation: number; reason: 'provider-ended' | 'not-renewed' }
  /** The gateway has turned this device away; `reason` is its own word for it. */
  | { kind: 'deviceRefused'; code: TroubleCode; reason: string | null }
  /** The shell died: nobody knows who stands before the next screen. */
  | { kind: 'screenLost' }
  /** Operations end the session, or the code on the screen. */
  | { kind: 'revokeOrdered' }
  /** Operations, or a technician, want nothing to be left. */
  | { kind: 'wipeOrdered' }
  /** Another issuer, client or rule of who may sign in: nothing goes on under the old one, and nothing begins. */
  | { kind: 'settingsChanged' }
  /** The helper is about to end, and nobody goes on with what it does. */
  | { kind: 'stopping' }
  /** The machine slept: its clock has moved on, and nobody was there. */
  | { kind: 'woke' }
  | { kind: 'deadlineReached' }

export type SessionEffect =
  | { kind: 'requestCode'; generation: number }
  /** Stop polling for this code; a late answer is dropped. */
  | { kind: 'abandonCode'; generation: number }
  | { kind: 'keepRefreshed'; generation: number }
  /** Wipe the vault, then revoke at the provider. */
  | { kind: 'endSession'; generation: number; reason: EndReason | 'sign-in-restarted' }
  /** Destroy the vault with its device key, once the session is over. */
  | { kind: 'destroyVault' }
