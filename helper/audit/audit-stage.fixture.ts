/** A trail in a state folder of its own, for tests that look at what it writes. Kept in memory nowhere. */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordedEvent } from './audit-events.ts'
import { auditFileName, auditFolderOf } from './audit-folder.ts'
import { type AuditTrail, openAuditTrail } from './audit-trail.ts'
import { AUDIT_LIMITS, type AuditLimits } from './audit-writer.ts'
import { judgeTrail } from './judge-trail.ts'
import { firstEvents, type LeftState } from './left-session.ts'
import { readTrail } from './read-trail.ts'

export const LOOKED: RecordedEvent = { event: 'technician.looked' }
export const STARTED: RecordedEvent = { event: 'session.started', generation: 1, user: 'tenant alex' }

export type AuditStage = {
  stateFolder: string
  /** Of the helper's log, by their names. */
  logged: string[]
  /** What the helper before left, as each trail that was opened read it. */
  left: LeftState[]
  open(options?: { limits?: AuditLimits; found?: 'session' | 'noise' | 'nothing' }): AuditTrail
  /** Opens, records all of them and closes. */
  write(...events: RecordedEvent[]): Promise<void>
  pathOf(file: number): string
  judge(): Promise<ReturnType<typeof judgeTrail>>
  /** Names of the events on record, and of the faults. */
  events(): Promise<string[]>
  faults(): Promise<string[]>
  remove(): Promise<void>
}

export function makeAuditStage(stateFolder = mkdtempSync(join(tmpdir(), 'kiosk-audit-'))): AuditStage {
  const logged: string[] = []
  const left: LeftState[] = []
  const note = (fields: object) => void logged.push('event' in fields ? String(fields.event) : '')

  function open({ limits = AUDIT_LIMITS, found = 'nothing' }: Parameters<AuditStage['open']>[0] = {}): AuditTrail {
    return openAuditTrail({
      stateFolder,
      owner: { device: 'DR-0042', tenant: 'https://login.example' },
      first: (state) => {
        left.push(state)
        return firstEvents(state, { version: '0.1.0', found })
      },
      log: { error: note, info: note },
      limits,
      tryAgainMs: 5,
    })
  }
  const judge = async () => judgeTrail(await readTrail(stateFolder), null)

  return {
    stateFolder,
    logged,
    left,
    open,
    async write(...events) {
      const trail = open()
      await Promise.all(events.map((event) => trail.record(event)))
      await trail.close()
    },
    pathOf: (file) => join(auditFolderOf(stateFolder), auditFileName(file)),
    judge,
    events: async () => (await judge()).lines.map(({ record }) => record.event),
    faults: async () => (await judge()).faults.map(({ kind }) => kind),
    // A trail that was left open may be writing still.
    remove: () => rm(stateFolder, { recursive: true, force: true, maxRetries: 5 }),
  }
}
