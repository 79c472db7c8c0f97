/** All that can be said of a trail: its chain, the helper's own record of its end, and heads that left the kiosk. Pure. */
import type { AuditHead } from '../../contract/audit-head.ts'
import { HEAD_FILE } from './audit-folder.ts'
import type { AuditLine, LineMark } from './audit-line.ts'
import { type ChainFault, type ChainNote, faultOf } from './chain-report.ts'
import { type CheckedChain, checkChain } from './check-chain.ts'
import { compareWithHead } from './check-head.ts'
import type { FoundTrail } from './read-trail.ts'

export type JudgedTrail = {
  faults: ChainFault[]
  notes: ChainNote[]
  lines: AuditLine[]
  fileCount: number
  /** Of the newest line that can be read; null without any. */
  head: LineMark | null
}

const NOWHERE = { file: null, line: null, sequence: null }

/** What somebody has looked into counts no more: a later fault must not hide behind it. Only behind a line that is there. */
function setAside(checked: CheckedChain, { sequence, hash }: AuditHead): { faults: ChainFault[]; notes: ChainNote[] } {
  const place = checked.places.get(sequence)
  if (place?.line?.hash !== hash) return { faults: checked.faults, notes: [] }
  const isBefore = ({ file, line }: ChainFault) =>
    file !== null && (file < place.file.name || (file === place.file.name && (line ?? 0) <= place.lineNumber))
  const faults = checked.faults.filter((fault) => !isBefore(fault))
  const count = checked.faults.length - faults.length
  if (count === 0) return { faults, notes: [] }
  const what = `${count} fault${count === 1 ? '' : 's'} up to line ${sequence} left out: the trail is judged from the given head on`
  return { faults, notes: [{ kind: 'left-out', what }] }
}

/**
 * @param given a head that was kept outside the kiosk
 * @param options.fromHead faults up to the given head were looked into, and are left out
 */
export function judgeTrail(
  { files, head: kept }: FoundTrail,
  given: AuditHead | null,
  { fromHead = false }: { fromHead?: boolean } = {},
): JudgedTrail {
  const keptHead = typeof kept === 'string' ? null : kept
  const checked = checkChain(files, keptHead?.pruned ?? null)
  const { lines, unfinished } = checked
  const left = given && fromHead ? setAside(checked, given) : { faults: checked.faults, notes: [] }
  const faults = [...left.faults]
  const notes = [...checked.notes, ...left.notes]
  const last = lines.at(-1)
  if (!keptHead && files.length > 0) faults.push(faultOf('head-missing', { ...NOWHERE, file: HEAD_FILE }))
  const heads: [LineMark, string][] = keptHead ? [[keptHead, 'the helper’s own record']] : []
  if (given) heads.push([given, 'the given head'])
  if (given && last && given.deviceId !== last.record.device) {
    faults.push(faultOf('other-device', NOWHERE, `${given.deviceId} is not ${last.record.device}`))
  }
  for (const [mark, whose] of heads) {
    const compared = compareWithHead(checked, mark, whose)
    const isNew = (fault: ChainFault) =>
      !faults.some(({ kind, line, file }) => kind === fault.kind && line === fault.line && file === fault.file)
    faults.push(...compared.faults.filter(isNew))
    notes.push(...compared.notes)
  }
  if (unfinished && !faults.some(({ kind }) => kind === 'truncated')) {
    const where = `${unfinished.file.name}:${unfinished.lineNumber}`
    notes.push({
      kind: 'unfinished',
      what: `${where} is being written, or was when the helper was killed; its next start closes it off`,
    })
  }
  return {
    faults,
    notes,
    lines,
    fileCount: files.length,
    head: last ? { sequence: last.record.sequence, hash: last.hash } : null,
  }
}
