/** Names one member of the session union, so that a screen asks for exactly the state it draws. */
import type { KioskSnapshot, SessionState, SessionStateKind } from '../contract/session-state.ts'

export type SessionOf<Kind extends SessionStateKind> = Extract<SessionState, { kind: Kind }>

/** The generation of a session, or null where the state has none. */
export function generationOf(session: SessionState): number | null {
  return 'generation' in session ? session.generation : null
}

/** What every screen of a linked kiosk may draw besides its own state. */
export type Identity = Pick<KioskSnapshot, 'device' | 'display'>
