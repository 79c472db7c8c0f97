/** Keeps the overlay's events and the time of the last token over a restart of the helper. Never a token, a code or a person. */
import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { supportEventSchema } from '../../contract/support-events.ts'
import type { Log } from '../log.ts'
import { type EventRing, keptFaultSchema } from './event-ring.ts'

/** Events come in bursts, and one write holds a burst. */
const WRITE_AFTER_MS = 500

const recordSchema = z.strictObject({
  version: z.literal(1),
  lastTokenIssueEpochMs: z.number().nullable(),
  lastFault: keptFaultSchema.nullable(),
  events: z.array(supportEventSchema),
})

export type SupportRecord = {
  lastTokenIssueEpochMs(): number | null
  noteTokenIssue(atEpochMs: number): void
  /** Writes what is not on file yet. */
  close(): Promise<void>
}

function restore(path: string, log: Log): z.infer<typeof recordSchema> | null {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    // The first helper after a boot finds none.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ path }, 'what was kept for support is damaged')
    return null
  }
}

/** @param path in the runtime folder, which a reboot empties */
export function keepSupportRecord(path: string, { events, log }: { events: EventRing; log: Log }): SupportRecord {
  const kept = restore(path, log)
  if (kept) events.restore(kept)
  let lastTokenIssueEpochMs = kept?.lastTokenIssueEpochMs ?? null
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    const record: z.infer<typeof recordSchema> = {
      version: 1,
      lastTokenIssueEpochMs,
      lastFault: events.lastFault(),
      events: events.recent(),
    }
    // Atomic: a crash leaves the old file or the new one.
    await writeFile(`${path}.new`, JSON.stringify(record), { mode: 0o600 })
    await rename(`${path}.new`, path)
  }

  function writeBehind(): void {
    timer = undefined
    writing = writing
      .then(write)
      .catch((error: unknown) => log.debug({ err: error }, 'what happened cannot be kept for support'))
  }

  function change(): void {
    timer ??= setTimeout(writeBehind, WRITE_AFTER_MS).unref()
  }

  events.onChange(change)
  return {
    lastTokenIssueEpochMs: () => lastTokenIssueEpochMs,
    noteTokenIssue(atEpochMs) {
      lastTokenIssueEpochMs = atEpochMs
      change()
    },
    async close() {
      events.onChange(() => {})
      if (timer) {
        clearTimeout(timer)
        writeBehind()
      }
      await writing
    },
  }
}
