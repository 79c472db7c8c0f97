/** Records what happens to the screen: in the shell's log at once, at the helper once it is there. Never keeps more than a few. */
import { INCIDENT_REASON_LIMIT, type ScreenIncident, type ScreenIncidentKind } from '../contract/screen-incident.ts'
import { logEvent, reportFault } from './shell-log.ts'

const WAITING_LIMIT = 20

export type Incidents = {
  /** Something that is over as soon as it happened. */
  note(kind: ScreenIncidentKind, reason: string): void
  /** Something that lasts until the answer is called, once: with how long it took, or null where it was never put right. */
  open(kind: ScreenIncidentKind, reason: string): (recoveredAfterMs: number | null) => void
  /** Sends what waits; resolves when nothing can be sent any more. */
  flush(): Promise<void>
}

/** As the contract wants it: a display's label may hold anything. */
function printable(text: string): string {
  return text.replace(/[^ -~]/g, '?').slice(0, INCIDENT_REASON_LIMIT) || 'unknown'
}

/** @param send rejects while the helper is away */
export function keepIncidents(send: (incident: ScreenIncident) => Promise<unknown>): Incidents {
  const waiting: ScreenIncident[] = []
  let flushing: Promise<void> | null = null

  async function sendWaiting(): Promise<void> {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      await send(next)
      if (waiting[0] === next) waiting.shift()
    }
  }

  function flush(): Promise<void> {
    flushing ??= sendWaiting()
      // They wait for the helper; that it is away, the link reports itself.
      .catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'link-closed')) {
          waiting.shift()
          reportFault('the helper did not take an incident', error)
        }
      })
      .finally(() => {
        flushing = null
      })
    return flushing
  }

  function add(incident: ScreenIncident): void {
    waiting.push(incident)
    if (waiting.length > WAITING_LIMIT) waiting.shift()
    void flush()
  }

  function begin(kind: ScreenIncidentKind, reason: string): ScreenIncident {
    const incident = { kind, reason: printable(reason), atEpochMs: Date.now(), recoveredAfterMs: null }
    logEvent(`screen.${kind}`, { reason: incident.reason })
    return incident
  }

  return {
    note: (kind, reason) => add(begin(kind, reason)),
    open(kind, reason) {
      const incident = begin(kind, reason)
      return (recoveredAfterMs) => {
        if (recoveredAfterMs !== null) {
          logEvent('screen.recovered', { reason: `${kind}: ${incident.reason}`, tookMs: Math.round(recoveredAfterMs) })
        }
        add({ ...incident, recoveredAfterMs })
      }
    },
    flush,
  }
}
