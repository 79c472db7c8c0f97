/** Finds what was removed, reordered, edited or cut short in a trail, and where. Pure. Never mends anything. */
import { type AuditLine, type LineMark, markOf, NO_LINE, sha256Hex } from './audit-line.ts'
import { type AuditFile, type ChainEntry, entriesOf } from './chain-entry.ts'
import { type ChainFault, type ChainNote, faultOf } from './chain-report.ts'

/** Everything up to a line was pruned. */
export type PruneAnchor = { through: number; throughHash: string }

export type CheckedChain = {
  faults: ChainFault[]
  notes: ChainNote[]
  lines: AuditLine[]
  /** Where each sequence stands. */
  places: ReadonlyMap<number, ChainEntry>
  /** Of the last line as far as it can be told, whether or not that one can be read. */
  lastSequence: number
  /** What no newline closes off at the very end. */
  unfinished: ChainEntry | null
  anchors: PruneAnchor[]
}

function placeOf({ file, lineNumber, line }: ChainEntry, sequence = line?.record.sequence ?? null) {
  return { file: file.name, line: lineNumber, sequence }
}

function range(from: number, through: number): string {
  return from === through ? `line ${from}` : `lines ${from} to ${through}`
}

/** @param keptAnchor of the helper's own record, beside those that the trail holds itself */
export function checkChain(files: readonly AuditFile[], keptAnchor: PruneAnchor | null = null): CheckedChain {
  const entries = [...entriesOf(files)]
  const lines = entries.flatMap(({ line }) => line ?? [])
  const places = new Map<number, ChainEntry>()
  for (const entry of entries) {
    const sequence = entry.line?.record.sequence
    if (sequence !== undefined && !places.has(sequence)) places.set(sequence, entry)
  }
  const anchors = lines.flatMap(({ record }): PruneAnchor[] =>
    record.event === 'audit.pruned' ? [{ through: record.through, throughHash: record.throughHash }] : [],
  )
  if (keptAnchor) anchors.push(keptAnchor)
  const faults: ChainFault[] = []
  const notes: ChainNote[] = []
  const seen = new Set<number>()
  /** The line before; its hash is null where it could not be read. Null before the first. */
  let before: { sequence: number; hash: string | null; entry: ChainEntry } | null = null
  /** Between the last line that could be read and the next. */
  let unread: ChainEntry[] = []

  function takeBeginning(entry: ChainEntry, { record, previous }: AuditLine): void {
    const first = record.sequence - unread.length
    if (unread.length > 0 && first <= 1) return
    if (record.sequence === 1 && previous === NO_LINE.hash) return
    const anchor = anchors.find(({ through }) => through === first - 1)
    const isAnchored = anchor !== undefined && (unread.length > 0 || anchor.throughHash === previous)
    if (isAnchored)
      notes.push({ kind: 'pruned', what: `${range(1, anchor.through)} were pruned, and that is on record` })
    else faults.push(faultOf('beginning-removed', placeOf(entry), `it begins with line ${record.sequence}`))
  }

  /** What cannot be read: half a line that a later one closes off, or a fault each. */
  function judgeUnread(next: AuditLine | null, nextEntry: ChainEntry | null = null): void {
    if (unread.length === 0) {
      if (next?.record.event !== 'audit.line-torn' || !nextEntry) return
      faults.push(faultOf('removed', placeOf(nextEntry), 'the half line that this one closes off'))
      return
    }
    const fragment = unread.map(({ text }) => text).join('\n')
    if (next?.record.event === 'audit.line-torn' && next.record.fragmentHash === sha256Hex(fragment)) {
      const [first] = unread
      const where = first ? `${first.file.name}:${first.lineNumber}` : ''
      notes.push({
        kind: 'line-torn',
        what: `${where} is half a line: the helper was killed while it wrote, and said so`,
      })
      unread = []
      return
    }
    const from = before?.sequence ?? (next ? next.record.sequence - unread.length - 1 : null)
    for (const [index, entry] of unread.entries()) {
      faults.push(faultOf('edited', placeOf(entry, from === null ? null : from + index + 1)))
    }
  }

  function judgeGap(entry: ChainEntry, sequence: number, expected: number): void {
    const gone: number[] = []
    for (let missing = expected; missing < sequence; missing += 1) if (!places.has(missing)) gone.push(missing)
    const [first] = gone
    const last = gone.at(-1)
    if (first === undefined || last === undefined) return
    const lostFiles = before ? entry.file.number - before.entry.file.number - 1 : 0
    const of = lostFiles > 0 ? `, with ${lostFiles === 1 ? 'a whole file' : `${lostFiles} whole files`}` : ''
    faults.push(
      faultOf('removed', { ...placeOf(entry), sequence: first }, `${range(first, last)}${of}, before this one`),
    )
  }

  function take(entry: ChainEntry, line: AuditLine): void {
    const { record, previous } = line
    const { sequence } = record
    judgeUnread(line, entry)
    if (record.event === 'audit.damage-found') faults.push(describeDamage(entry, record))
    else if (before === null) takeBeginning(entry, line)
    else if (seen.has(sequence)) {
      faults.push(faultOf('repeated', placeOf(entry)))
      unread = []
      return
    } else if (sequence <= before.sequence) {
      faults.push(faultOf('reordered', placeOf(entry), `line ${before.sequence} stands before it`))
      seen.add(sequence)
      unread = []
      return
    } else {
      const expected: number = before.sequence + unread.length + 1
      if (sequence > expected) judgeGap(entry, sequence, expected)
      else if (sequence === expected && unread.length === 0 && previous !== before.hash) {
        faults.push(faultOf('rewritten', placeOf(entry)))
      }
    }
    if (record.event === 'audit.file-opened' && record.file !== entry.file.number) {
      faults.push(faultOf('misplaced', placeOf(entry), `that is number ${record.file}`))
    }
    if (record.event === 'audit.events-lost') {
      notes.push({ kind: 'events-lost', what: `before line ${sequence} ${record.count} events could not be written` })
    }
    if (record.event === 'helper.started' && record.after === 'crash') {
      notes.push({ kind: 'crash', what: `before line ${sequence} a helper ended without saying so` })
    }
    seen.add(sequence)
    unread = []
    before = { sequence, hash: line.hash, entry }
  }

  const lastFile = files.at(-1)
  let unfinished: ChainEntry | null = null
  for (const entry of entries) {
    if (!entry.isClosed && entry.file === lastFile) unfinished = entry
    if (!entry.isClosed && entry.file !== lastFile) faults.push(faultOf('truncated', placeOf(entry)))
    if (entry.line) take(entry, entry.line)
    else if (entry !== unfinished) unread.push(entry)
  }
  judgeUnread(null)
  const lastRead: LineMark | null = lines.reduce<LineMark | null>(
    (newest, line) => (newest && newest.sequence > line.record.sequence ? newest : markOf(line)),
    null,
  )
  return { faults, notes, lines, places, lastSequence: (lastRead?.sequence ?? 0) + unread.length, unfinished, anchors }
}

function describeDamage(
  entry: ChainEntry,
  { at, expected, found }: { at: string; expected: LineMark | null; found: LineMark },
): ChainFault {
  const left = expected ? `it had left line ${expected.sequence} as the last` : 'its own record was gone'
  return faultOf('found-by-helper', placeOf(entry), `${at}: ${left}, and found line ${found.sequence}`)
}
