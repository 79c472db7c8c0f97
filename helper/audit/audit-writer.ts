/** Writes a trail at its end: appends, syncs, opens the next file, prunes the oldest. Never changes a line that is written. */
import { type FileHandle, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readStateFile, replaceStateFile, syncFolder, writeStateFile } from '../state-file.ts'
import type { AuditEvent, AuditOwner } from './audit-events.ts'
import {
  auditFileName,
  claimAuditFolder,
  FIRST_HEAD,
  HEAD_FILE,
  type KeptHead,
  keptHeadSchema,
  listAuditFiles,
  openAuditFile,
} from './audit-folder.ts'
import { type LineMark, NO_LINE, readLine, writeLine } from './audit-line.ts'
import { type LeftState, noteEvent } from './left-session.ts'
import { judgeTrailEnd, readTrailEnd } from './trail-end.ts'

export type AuditLimits = {
  /** A file that has grown beyond it gets no further line. */
  fileBytes: number
  /** The oldest goes when there are more. */
  files: number
}

/** 64 MiB in all, and a hundred thousand lines: months at a busy desk. */
export const AUDIT_LIMITS: AuditLimits = { fileBytes: 4 * 1024 * 1024, files: 16 }

export type TimedEvent = { event: AuditEvent; at: Date }

export type AuditWriter = {
  /** What the helper before left on record. */
  left: LeftState
  /** Of the newest line on the disk. */
  head(): KeptHead
  /**
   * Resolves once all of them are on the disk, as far as the disk says. Where it rejects, none of them is, and the writer is
   * of no more use: a new one looks anew.
   *
   * @returns what could not be done besides: the helper's own record does not name them yet, or a pruned file is still there
   */
  append(events: readonly TimedEvent[]): Promise<{ faults: unknown[] }>
  close(): Promise<void>
}

type OpenFile = { handle: FileHandle; path: string; number: number; bytes: number }

/** @returns null where it is damaged: a record that cannot be read vouches for nothing */
async function readKeptHead(stateFolder: string): Promise<KeptHead | 'absent' | null> {
  try {
    const content = await readStateFile(stateFolder, HEAD_FILE)
    return content === undefined ? 'absent' : keptHeadSchema.parse(content)
  } catch {
    // What that means is judged with the trail, and goes on record there.
    return null
  }
}

/** What the oldest file ends with, by the first line of the next. */
async function findAnchor(folder: string, oldest: number, next: number): Promise<KeptHead['pruned']> {
  const text = await readFile(join(folder, auditFileName(next)), 'latin1')
  const line = readLine(text.slice(0, text.indexOf('\n')))
  if (!line || line.record.sequence < 2) return null
  return { file: oldest, through: line.record.sequence - 1, throughHash: line.previous }
}

/** @returns why it was rejected, or null */
function settled(work: Promise<void>): Promise<unknown> {
  return work.then(
    () => null,
    (fault: unknown) => fault,
  )
}

/** Whatever was put in the file's place, or behind its end, was not written by this helper. */
async function isUntouched({ handle, path, bytes }: OpenFile): Promise<boolean> {
  const own = await handle.stat({ bigint: true })
  const there = await stat(path, { bigint: true }).catch(() => null)
  return there !== null && there.ino === own.ino && there.dev === own.dev && own.size === BigInt(bytes)
}

/**
 * @param writtenLast by a writer of this same helper before: whatever else is found is somebody else's doing
 * @throws KioskError `audit-unusable`, or what the disk says
 */
export async function openAuditWriter(
  stateFolder: string,
  owner: AuditOwner,
  { limits = AUDIT_LIMITS, writtenLast = null }: { limits?: AuditLimits; writtenLast?: LineMark | null } = {},
): Promise<AuditWriter> {
  const folder = await claimAuditFolder(stateFolder)
  const kept = await readKeptHead(stateFolder)
  let numbers = await listAuditFiles(folder)
  const end = await readTrailEnd(folder, numbers)
  const known = kept === 'absent' ? null : kept
  const judged = judgeTrailEnd(end, known, writtenLast)
  const before = known ?? { ...FIRST_HEAD, ...NO_LINE }
  const left = end.lines
    .filter(({ record }) => record.sequence > before.sequence)
    .reduce((state, { record }) => noteEvent(state, record), before.left)
  const mark = judged.kind === 'damaged' ? judged.after : end.mark
  const newest = numbers.at(-1) ?? 0
  let head: KeptHead = { ...before, ...mark, left, file: Math.max(newest, before.file) }
  let file: OpenFile | null = null
  /** What the trail has to say of itself first. */
  let opening: AuditEvent[] = judged.kind === 'whole' ? [] : [judged.event]
  // What was damaged stays as it was found.
  let isNextFileDue = judged.kind === 'damaged' || numbers.length === 0
  let isClosed = end.isClosed
  // Before the first line, so that a trail without this record is known for one that has lost it.
  if (kept === 'absent' && judged.kind === 'whole') await writeStateFile(stateFolder, HEAD_FILE, head)
  const prunedBefore = head.pruned?.file ?? 0
  await remove(numbers.filter((number) => number <= prunedBefore && number < newest))

  async function openFile(): Promise<OpenFile> {
    const isNew = isNextFileDue
    const number = isNew ? head.file + 1 : newest
    const path = join(folder, auditFileName(number))
    const handle = await openAuditFile(path, { isNew })
    const { size: bytes } = await handle.stat()
    if (isNew) {
      await syncFolder(folder)
      numbers = [...numbers, number]
      isClosed = true
    }
    isNextFileDue = false
    return { handle, path, number, bytes }
  }

  async function closeFile(): Promise<void> {
    const open = file
    file = null
    await open?.handle.close()
  }

  async function currentFile(): Promise<OpenFile> {
    if (file && file.bytes >= limits.fileBytes) {
      await closeFile()
      isNextFileDue = true
    }
    file ??= await openFile()
    if (await isUntouched(file)) return file
    throw new TypeError(`${file.path} was changed while the helper ran`)
  }

  async function write({ handle, bytes }: OpenFile, content: Buffer): Promise<void> {
    try {
      await handle.appendFile(content)
      await handle.datasync()
    } catch (error) {
      // On a full disk half of it may be there. Where it stays, the disk is broken, and the next look finds damage.
      await settled(handle.truncate(bytes))
      throw error
    }
  }

  async function remove(files: readonly number[]): Promise<void> {
    if (files.length === 0) return
    for (const number of files) await rm(join(folder, auditFileName(number)), { force: true })
    await syncFolder(folder)
    numbers = numbers.filter((number) => !files.includes(number))
  }

  /** Nothing goes unless the trail can say what its beginning followed. */
  async function planPruning(): Promise<{ files: number[]; anchor: KeptHead['pruned'] }> {
    const files = numbers.slice(0, Math.max(0, numbers.length - limits.files))
    const last = files.at(-1)
    const next = numbers[files.length]
    const anchor = last === undefined || next === undefined ? null : await findAnchor(folder, last, next)
    // The next time more of them go, by the first line of a later file.
    return { files: anchor === null ? [] : files, anchor }
  }

  return {
    left,
    head: () => head,
    async append(events) {
      const target = await currentFile()
      const isFresh = target.bytes === 0
      const pruning = isFresh ? await planPruning() : { files: [], anchor: null }
      const own: AuditEvent[] = [...opening]
      if (isFresh) own.push({ event: 'audit.file-opened', file: target.number, format: 1 })
      if (pruning.anchor) own.push({ event: 'audit.pruned', ...pruning.anchor })
      const at = events[0]?.at ?? new Date()
      let next: LineMark = { sequence: head.sequence, hash: head.hash }
      let nextLeft = head.left
      let text = isClosed ? '' : '\n'
      for (const timed of [...own.map((event) => ({ event, at })), ...events]) {
        const line = writeLine(timed.event, { at: timed.at, owner, after: next })
        next = line.mark
        nextLeft = noteEvent(nextLeft, timed.event)
        text += `${line.text}\n`
      }
      const content = Buffer.from(text, 'latin1')
      await write(target, content)
      target.bytes += content.length
      opening = []
      isClosed = true
      const pruned = pruning.anchor ?? head.pruned
      head = { version: 1, ...next, file: target.number, atEpochMs: Date.now(), pruned, left: nextLeft }
      // Never before the lines themselves: a record that is ahead of them would tell of a cut that nobody made.
      const done = [await settled(replaceStateFile(stateFolder, HEAD_FILE, head)), await settled(remove(pruning.files))]
      return { faults: done.filter((fault) => fault !== null) }
    },
    close: closeFile,
  }
}
