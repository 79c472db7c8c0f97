/** The newest line of a kiosk's audit trail, as it leaves the kiosk: what comes before it can no longer be changed unseen. */
import { z } from 'zod'

/** RFC 8725 §3.11: nothing else that the device's key signs can be taken for it. */
export const AUDIT_HEAD_TYPE = 'kiosk-audit-head+jws'

export const auditHeadSchema = z.strictObject({
  deviceId: z.string().min(1).max(253),
  /** Of the line, counted from 1 over the life of the device. */
  sequence: z.int().nonnegative(),
  /** The line's own `hash`. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  atEpochMs: z.number().nonnegative(),
})
export type AuditHead = z.infer<typeof auditHeadSchema>
