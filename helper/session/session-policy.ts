/** The bundle's rules of a session, in the units of the session machine. Pure. */
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import type { SessionPolicy } from './session-event.ts'

export function readSessionPolicy(session: KioskConfig['session']): SessionPolicy {
  const { start, confirmSeconds, maxUnattendedCodes, shiftHours, idleMinutes, endOnScreenCrash } = session
  return {
    start,
    maxUnattendedCodes,
    confirmMs: confirmSeconds * 1000,
    shiftMs: shiftHours * 3_600_000,
    idleMs: idleMinutes === null ? null : idleMinutes * 60_000,
    endOnScreenCrash,
  }
}
