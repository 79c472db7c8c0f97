/** What the overlay's list of events may name: a closed list, so that nothing of a person or a secret can be among them. */
import { z } from 'zod'
import { kioskErrorCodeSchema } from './kiosk-error.ts'

/** Names under which the helper logs; any other line of its log is none of the overlay's. */
export const SUPPORT_EVENTS = [
  'helper.started',
  'helper.upkeep',
  // What the session machine was told, where the screen changed by it.
  'provisioned',
  'unprovisioned',
  'touched',
  'codeIssued',
  'codeUsedUp',
  'grantFailed',
  'pollFailed',
  'declined',
  'approved',
  'presenceConfirmed',
  'presenceDenied',
  'signOutRequested',
  'signInRestartOrdered',
  'sessionLost',
  'screenLost',
  'wipeOrdered',
  'stopping',
  'woke',
  'deadlineReached',
  'session.handed-over',
  'session.handover-failed',
  'session.resumed',
  'session.resume-failed',
  'session.expired-by-crash',
  'token.refused-by-api',
  'token.refresh-failed',
  'tokens.revocation-failed',
  'vault.wiped',
  'vault.wipe-failed',
  'vault.destroyed',
  'vault.destroy-failed',
  'vault.handover-refused',
  'vault.record-refused',
  'device.activated',
  'device.activation-not-recorded',
  'device.activation-unusable',
  'device.reassigned',
  'device.reimaged',
  'clock.slept',
  'clock.stepped',
  'screen.renderer-gone',
  'screen.frozen',
  'screen.blank',
  'screen.gpu-gone',
  'screen.display-changed',
  'technician.challenge-issued',
  'technician.granted',
  'technician.refused',
  'technician.locked',
  'technician.acted',
  'technician.looked',
  'technician.checks-run',
  'technician.counter-damaged',
  'technician.unavailable',
  'support.sign-in-restarted',
  'link.peer-refused',
  'link.peer-cut-off',
  'link.request-refused',
] as const

const supportEventNameSchema = z.enum(SUPPORT_EVENTS)

export const supportEventSchema = z.strictObject({
  name: supportEventNameSchema,
  /** Of the last one, where it happened several times in a row. */
  atEpochMs: z.number(),
  count: z.int().positive(),
  /** What it was about, where that has a code. */
  code: kioskErrorCodeSchema.nullable(),
})
export type SupportEvent = z.infer<typeof supportEventSchema>
