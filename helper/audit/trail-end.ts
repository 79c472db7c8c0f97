/** How a trail ends on the disk, and whether that is how the helper had left it. Changes nothing. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditEvent } from './audit-events.ts'
import { auditFileName, type KeptHead } from './audit-folder.ts'
import { type AuditLine, type LineMark, markOf, NO_LINE, readLine, sha256Hex } from './audit-line.ts'

/** More than was ever written at once, so that it holds everything that the helper's own record does not know of yet. */
const TAIL_BYTES = 512 * 1024

export type TrailEnd = {
  /** The last lines that can be read, the newest last; not all of them. */
  lines: AuditLine[]
  mark: LineMark
  /** Bytes behind the last line that are none. */
  fragment: Buffer
  isClosed: boolean
}

async function readTail(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const length = Math.min(size, TAIL_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** @param folder with the files of these numbers, the oldest first */
export async function readTrailEnd(folder: string, numbers: readonly number[]): Promise<TrailEnd> {
  let end: TrailEnd = { lines: [], mark: NO_LINE, fragment: Buffer.alloc(0), isClosed: true }
  for (const number of numbers.toReversed()) {
    const tail = await readTail(join(folder, auditFileName(number)))
    const read = readEnd(tail)
    // A newest file may have been opened and nothing written to it.
    end = number === numbers.at(-1) ? read : { ...end, lines: read.lines, mark: read.mark }
    if (read.lines.length > 0) break
  }
  return end
}

function readEnd(tail: Buffer): TrailEnd {
  const lines: AuditLine[] = []
  let atByte = 0
  let endByte = 0
  for (const text of tail.toString('latin1').split('\n')) {
    const line = readLine(text)
    atByte += text.length + 1
    if (!line) continue
    lines.push(line)
    endByte = atByte
  }
  const last = lines.at(-1)
  const isClosed = tail.length === 0 || tail.at(-1) === 0x0a
  const fragment = lines.length === 0 && tail.length === TAIL_BYTES ? Buffer.alloc(0) : tail.subarray(endByte)
  return { lines, mark: last ? markOf(last) : NO_LINE, fragment, isClosed }
}

export type JudgedEnd =
  | { kind: 'whole' }
  /** A helper was killed while it wrote what nobody was told of yet. */
  | { kind: 'torn'; event: AuditEvent }
  /** Somebody else was there. */
  | { kind: 'damaged'; event: AuditEvent; after: LineMark }

/**
 * @param head the helper's own record; null where there is none that can be read
 * @param writtenLast by this same helper, which was not killed since; null at its start
 */
export function judgeTrailEnd(
  { lines, mark, fragment }: TrailEnd,
  head: KeptHead | null,
  writtenLast: LineMark | null = null,
): JudgedEnd {
  const atHead = head && lines.find(({ record }) => record.sequence === head.sequence)
  const isKnown = head !== null && mark.sequence >= head.sequence && (!atHead || atHead.hash === head.hash)
  const isNew = head === null && mark.sequence === 0 && fragment.length === 0
  const isOwn = writtenLast === null || (mark.hash === writtenLast.hash && fragment.length === 0)
  if ((!isKnown && !isNew) || !isOwn) {
    const left = writtenLast ?? head
    const expected = left && { sequence: left.sequence, hash: left.hash }
    const after = expected && expected.sequence >= mark.sequence ? expected : mark
    return { kind: 'damaged', event: { event: 'audit.damage-found', expected, found: mark }, after }
  }
  if (fragment.length === 0) return { kind: 'whole' }
  const half = fragment.at(-1) === 0x0a ? fragment.subarray(0, -1) : fragment
  const event: AuditEvent = { event: 'audit.line-torn', bytes: Math.max(half.length, 1), fragmentHash: sha256Hex(half) }
  return { kind: 'torn', event }
}
