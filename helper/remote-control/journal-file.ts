/** The file that the journal of orders is kept in. Tells a damaged file from one that cannot be read now; holds no secret. */
import { link, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ZodError } from 'zod'
import { KioskError } from '../../contract/kiosk-error.ts'
import { checkStateFolder, readStateFile, writeStateFile } from '../state-file.ts'
import { RECORD_LIMIT_BYTES } from '../vault/record-file.ts'

const FILE = 'orders.json'
const DAMAGED_FILE = 'orders-damaged.json'

/** With the line's end, what is read is never larger than what a state file may hold. */
export const JOURNAL_LIMIT_BYTES: number = RECORD_LIMIT_BYTES - 1

/** A disk for one file, whole or not at all. */
export type JournalFile = {
  /** @returns undefined where there is none. @throws for one that is damaged, and where nothing can be read now */
  read(): Promise<unknown>
  /** Resolves once it is on the disk. */
  write(content: unknown): Promise<void>
  /** Keeps a damaged one beside the one that takes its place, for whoever wants to see what was in it. */
  keepAside(): Promise<void>
}

export function journalFileIn(stateFolder: string): JournalFile {
  return {
    async read() {
      await checkStateFolder(stateFolder)
      return readStateFile(stateFolder, FILE)
    },
    async write(content) {
      await checkStateFolder(stateFolder)
      await writeStateFile(stateFolder, FILE, content)
    },
    async keepAside() {
      const aside = join(stateFolder, DAMAGED_FILE)
      await rm(aside, { force: true })
      // A second name, and no move: until another file stands in its place, a restart finds that it is damaged.
      await link(join(stateFolder, FILE), aside)
    },
  }
}

/** What is on the disk will never be read, as against a disk or a folder that may be well again in a moment. */
export function isDamage(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof ZodError) return true
  if (!(error instanceof KioskError) || error.code !== 'vault-record-damaged') return false
  const { code } = Object(error.cause)
  // Without a cause it was opened, and is none of ours; ELOOP is a link.
  return code === undefined || code === 'ELOOP'
}
