/** What happened to the screen: the newest few for a technician, and the log. Never lets a screen that dies on and on fill it. */
import type { ScreenIncident, ScreenIncidentKind } from '../../contract/screen-incident.ts'

const KEPT_COUNT = 20
const WINDOW_MS = 60_000

export type ScreenIncidents = {
  /** The log takes the first of a kind, and a minute later how many more there were. */
  note(incident: ScreenIncident): void
  /** The newest last. */
  recent(): ScreenIncident[]
  /** Sums up what was only counted so far, and ends. */
  close(): void
}

type Counted = { furtherCount: number; timer: NodeJS.Timeout }

export function createScreenIncidents(log: { warn(fields: object, words: string): void }): ScreenIncidents {
  const kept: ScreenIncident[] = []
  const kinds = new Map<ScreenIncidentKind, Counted>()

  function sumUp(kind: ScreenIncidentKind, { furtherCount, timer }: Counted): void {
    clearTimeout(timer)
    kinds.delete(kind)
    if (furtherCount > 0) log.warn({ event: `screen.${kind}`, count: furtherCount }, 'the screen, further incidents')
  }

  return {
    note(incident) {
      kept.push(incident)
      if (kept.length > KEPT_COUNT) kept.shift()
      const { kind, ...fields } = incident
      const known = kinds.get(kind)
      if (known) {
        known.furtherCount += 1
        return
      }
      // The log must not keep a helper alive that is about to end.
      const timer = setTimeout(() => sumUp(kind, counted), WINDOW_MS).unref()
      const counted: Counted = { furtherCount: 0, timer }
      kinds.set(kind, counted)
      log.warn({ event: `screen.${kind}`, count: 1, ...fields }, 'the screen')
    },
    recent: () => [...kept],
    close() {
      for (const [kind, counted] of [...kinds]) sumUp(kind, counted)
    },
  }
}
