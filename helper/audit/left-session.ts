/** What the helper before this one left on record: a session that nobody has ended, or no word of its own end. Pure. */
import { z } from 'zod'
import type { AuditEvent, RecordedEvent } from './audit-events.ts'

export const leftStateSchema = z.strictObject({
  session: z
    .strictObject({ generation: z.int().nonnegative(), user: z.string().nullable(), isHandedOver: z.boolean() })
    .nullable(),
  helper: z.enum(['nothing', 'runs', 'stopped']),
})
export type LeftState = z.infer<typeof leftStateSchema>

export const NOTHING_LEFT: LeftState = { session: null, helper: 'nothing' }

/** @returns the state after one more line */
export function noteEvent(left: LeftState, event: AuditEvent): LeftState {
  switch (event.event) {
    // Its tokens are in the vault already.
    case 'sign-in.approved':
    case 'session.started':
    case 'session.resumed':
      return { ...left, session: { generation: event.generation, user: event.user, isHandedOver: false } }
    case 'session.handed-over':
      return { ...left, session: { generation: event.generation, user: event.user, isHandedOver: true } }
    case 'session.ended':
    case 'session.expired-by-crash':
      return { ...left, session: null }
    case 'helper.started':
      return { ...left, helper: 'runs' }
    case 'helper.stopped':
      return { ...left, helper: 'stopped' }
    default:
      return left
  }
}

/**
 * What a helper that has just started has to say first. After a power cut the vault, in memory, is empty: only the trail
 * knows then that there was a session.
 *
 * @param found what the helper before left in the vault: a session to go on with, a record of noise, or nothing
 */
export function firstEvents(
  left: LeftState,
  { version, found }: { version: string; found: 'session' | 'noise' | 'nothing' },
): RecordedEvent[] {
  const after = ({ nothing: 'nothing', runs: 'crash', stopped: 'stop' } as const)[left.helper]
  const started: RecordedEvent = { event: 'helper.started', version, after }
  const { session } = left
  if (session === null) {
    // The trail could not be written then.
    const unknown = { event: 'session.expired-by-crash', generation: 0, user: null, foundIn: 'vault' } as const
    return found === 'noise' ? [started, unknown] : [started]
  }
  const { isHandedOver, ...person } = session
  if (found === 'session') return [started]
  if (isHandedOver) return [started, { event: 'session.ended', ...person, reason: 'not-resumed' }]
  return [started, { event: 'session.expired-by-crash', ...person, foundIn: found === 'noise' ? 'vault' : 'trail' }]
}
