/** The newest events of the helper's log, by closed names and codes. Never keeps another word of a log line. */
import { z } from 'zod'
import { KioskError, kioskErrorCodeSchema } from '../../contract/kiosk-error.ts'
import { SUPPORT_EVENTS, type SupportEvent } from '../../contract/support-events.ts'

const KEPT_COUNT = 10

/** Faults of a peer, not of the kiosk. */
const OF_PEERS = /^(link-|command-not-allowed$)/

/** The provider's own name for a fault, as `SessionState` carries it. */
const providerErrorSchema = z.string().regex(/^[\w.-]{1,64}$/)

export const keptFaultSchema = z.strictObject({
  code: kioskErrorCodeSchema,
  providerError: providerErrorSchema.nullable(),
  atEpochMs: z.number(),
})
export type KeptFault = z.infer<typeof keptFaultSchema>

/** What is looked at in a log line; everything else of it stays there. */
const lineSchema = z.object({
  event: z.enum(SUPPORT_EVENTS).nullable().catch(null),
  code: kioskErrorCodeSchema.nullable().catch(null),
  providerError: providerErrorSchema.nullable().catch(null),
  err: z.instanceof(KioskError).nullable().catch(null),
})

export type EventRing = {
  /** For every line of the log. */
  note(line: object): void
  /** The newest last. */
  recent(): SupportEvent[]
  lastFault(): KeptFault | null
  /** What an earlier helper kept, behind what this one has seen. */
  restore(kept: { events: SupportEvent[]; lastFault: KeptFault | null }): void
  /** Called with each change. */
  onChange(listener: () => void): void
}

export function createEventRing(epochMs: () => number = Date.now): EventRing {
  let events: SupportEvent[] = []
  let fault: KeptFault | null = null
  let changed = () => {}

  function add(name: SupportEvent['name'], code: SupportEvent['code'], atEpochMs: number): void {
    const last = events.at(-1)
    // One that repeats itself must not push the others out.
    if (last?.name === name && last.code === code) events.pop()
    const count = last?.name === name && last.code === code ? last.count + 1 : 1
    events = [...events, { name, code, count, atEpochMs }].slice(-KEPT_COUNT)
  }

  return {
    note(line) {
      const { event, err, providerError, ...read } = lineSchema.parse(line)
      const code = read.code ?? err?.code ?? null
      const isFault = code !== null && !OF_PEERS.test(code)
      if (event === null && !isFault) return
      const atEpochMs = epochMs()
      if (event !== null) add(event, code, atEpochMs)
      if (isFault) fault = { code, providerError, atEpochMs }
      changed()
    },
    recent: () => [...events],
    lastFault: () => fault,
    restore(kept) {
      events = [...kept.events, ...events].slice(-KEPT_COUNT)
      fault ??= kept.lastFault
    },
    onChange(listener) {
      changed = listener
    },
  }
}
