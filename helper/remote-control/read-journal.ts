/** Reads the journal of orders. What is damaged begins anew, and is kept aside; a disk that cannot be read now is no damage. */
import type { Log } from '../log.ts'
import { emptyJournal, type Journal, journalAfterDamage, journalSchema } from './journal-changes.ts'
import { isDamage, type JournalFile } from './journal-file.ts'

/**
 * @returns with the journal, on the monotonic clock, when the file was found damaged; null where it was not
 * @throws what the disk says
 */
export async function readJournal(options: {
  file: JournalFile
  deviceId: string
  log: Log
  ownEpochMs: () => number
}): Promise<{ journal: Journal; damagedAtMs: number | null }> {
  const { file, deviceId, log, ownEpochMs } = options
  try {
    const content = await file.read()
    const found = content === undefined ? emptyJournal(deviceId) : journalSchema.parse(content)
    // Orders for another device were never this one's to carry out.
    return { journal: found.deviceId === deviceId ? found : emptyJournal(deviceId), damagedAtMs: null }
  } catch (error) {
    if (!isDamage(error)) throw error
    log.error(
      { err: error, event: 'orders.memory-damaged' },
      'which orders were seen is not known: older ones are refused',
    )
    await file.keepAside().catch((err: unknown) => log.warn({ err }, 'the damaged memory of orders is not kept'))
    return { journal: journalAfterDamage(deviceId, ownEpochMs()), damagedAtMs: performance.now() }
  }
}
