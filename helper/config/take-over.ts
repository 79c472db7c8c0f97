/** When a kiosk in use takes over what has changed in its bundle. Pure. Never cuts a person short for a setting that can wait. */
import { assertNever } from '../../contract/kiosk-error.ts'
import type { SessionState } from '../../contract/session-state.ts'
import type { EffectKind } from './change-effects.ts'

/** What a helper has to start anew for. */
export type PendingEffect = Exclude<EffectKind, 'none' | 'display'>

/** `end-session`: whoever signs in or is signed in is stopped, wiped and revoked; the start comes once the screen has said so. */
export type TakeOver = 'wait' | 'restart' | 'end-session'

/**
 * @param session on the screen
 * @param codesComeAnyway the kiosk shows codes without being touched (`session.start: "always"`)
 */
export function decideTakeOver(effect: PendingEffect, session: SessionState, codesComeAnyway: boolean): TakeOver {
  switch (session.kind) {
    case 'starting':
    case 'unprovisioned':
    case 'attract':
    case 'trouble':
      return 'restart'
    case 'preparing':
      if (effect === 'end-session') return 'end-session'
      // The code before is dead, and nobody has seen the next one. Who touched the screen must not have to do it again.
      return session.replacedBecause !== null || codesComeAnyway ? 'restart' : 'wait'
    case 'awaitingApproval':
    case 'confirming':
    case 'signedIn':
      // A phone may just have scanned the code; a shift may be in the middle of a visitor.
      return effect === 'end-session' ? 'end-session' : 'wait'
    case 'ended':
      // The screen still says why; but no code may follow under the old settings.
      return effect === 'end-session' ? 'end-session' : 'wait'
    default:
      return assertNever(session)
  }
}
