/** Compares a trail with what its end was said to be, by the helper's own record or by a head that left the kiosk. Pure. */
import type { LineMark } from './audit-line.ts'
import { type ChainFault, type ChainNote, faultOf } from './chain-report.ts'
import type { CheckedChain } from './check-chain.ts'

/** @param whose for the words: the helper's record, or the head that was given */
export function compareWithHead(
  { places, lines, lastSequence, unfinished, anchors }: CheckedChain,
  head: LineMark,
  whose: string,
): { faults: ChainFault[]; notes: ChainNote[] } {
  const faults: ChainFault[] = []
  const notes: ChainNote[] = []
  if (head.sequence === 0) return { faults, notes }
  const place = places.get(head.sequence)
  const end = [...places.values()].at(-1)
  const file = end?.file.name ?? null
  const isCutInLine = unfinished !== null && (unfinished.line?.record.sequence ?? lastSequence + 1) <= head.sequence
  if (isCutInLine) {
    faults.push(
      faultOf('truncated', {
        file: unfinished.file.name,
        line: unfinished.lineNumber,
        sequence: unfinished.line?.record.sequence ?? lastSequence + 1,
      }),
    )
  }
  const heldBySequence = lastSequence + (isCutInLine && !unfinished.line ? 1 : 0)
  if (place) {
    if (place.line?.hash !== head.hash) {
      const at = { file: place.file.name, line: place.lineNumber, sequence: head.sequence }
      faults.push(faultOf('other-history', at, `by ${whose}`))
    }
  } else if (heldBySequence < head.sequence) {
    const more = `the last is line ${lastSequence}, and ${whose} names line ${head.sequence}`
    faults.push(faultOf('tail-cut', { file, line: end?.lineNumber ?? null, sequence: lastSequence + 1 }, more))
  } else if (anchors.some(({ through }) => through >= head.sequence)) {
    const first = lines[0]?.record.sequence
    notes.push({
      kind: 'head-older',
      what: `line ${head.sequence} of ${whose} was pruned; the trail begins with ${first}`,
    })
  }
  return { faults, notes }
}
