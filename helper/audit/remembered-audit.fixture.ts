/** Remembers what is recorded, for the tests of those who record. Writes nothing, and checks each event as the trail does. */
import { auditEventSchema, type RecordedEvent } from './audit-events.ts'
import type { AuditRecorder } from './audit-trail.ts'

export type RememberedAudit = AuditRecorder & {
  events: RecordedEvent[]
  /** Their names, in order. */
  names(): string[]
}

export function rememberAudit(): RememberedAudit {
  const events: RecordedEvent[] = []
  return {
    events,
    names: () => events.map(({ event }) => event),
    async record(event) {
      auditEventSchema.parse(event)
      events.push(event)
      return 'durable'
    },
  }
}
