/** The highest line of each kiosk's audit trail that anybody has seen, and whether a kiosk has gone back behind it. Pure. */
import { z } from 'zod'
import { type AuditHead, auditHeadSchema } from '../../contract/audit-head.ts'

/** A trail only grows: a line with a lower number, or another one under the same number, is of another trail. */
const alarmSchema = z.strictObject({ kind: z.enum(['fell-back', 'other-line']), reported: auditHeadSchema })
type HeadAlarm = z.infer<typeof alarmSchema>

const keptHeadSchema = z.strictObject({
  head: auditHeadSchema,
  /** As the kiosk signed it, for `kioskctl audit verify --head`. */
  jws: z.string().max(8_192),
  /** Stands until somebody takes this kiosk out: what it reports afterwards proves nothing. */
  alarm: alarmSchema.nullable(),
})
export type KeptHead = z.infer<typeof keptHeadSchema>

/** By the device's id. */
export const keptHeadsSchema = z.strictObject({ version: z.literal(1), heads: z.record(z.string(), keptHeadSchema) })

function findAlarm(kept: AuditHead, head: AuditHead): HeadAlarm | null {
  if (head.sequence < kept.sequence) return { kind: 'fell-back', reported: head }
  return head.sequence === kept.sequence && head.hash !== kept.hash ? { kind: 'other-line', reported: head } : null
}

/**
 * @param kept undefined for a kiosk that was never seen
 * @returns what to keep from now on: the same object where nothing has changed
 */
export function noteHead(kept: KeptHead | undefined, head: AuditHead, jws: string): KeptHead {
  if (!kept) return { head, jws, alarm: null }
  if (kept.alarm) return kept
  const alarm = findAlarm(kept.head, head)
  if (alarm) return { ...kept, alarm }
  return head.sequence > kept.head.sequence ? { head, jws, alarm: null } : kept
}

export function alarmWords({ head, alarm }: KeptHead): string {
  if (!alarm) return ''
  const { kind, reported } = alarm
  const what =
    kind === 'fell-back'
      ? `it reports line ${reported.sequence}, and had reported line ${head.sequence}`
      : `it reports another line ${reported.sequence} than before`
  return `its audit trail was put back or written anew: ${what}. Verify it with the head that was kept`
}
