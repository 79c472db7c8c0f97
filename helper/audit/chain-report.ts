/** What a look at a trail came to. Types and words only. */

/** In the order in which they are looked for. */
export const CHAIN_FAULTS = {
  edited: 'it is not the line that the helper wrote: edited, cut short, or written by something else',
  truncated: 'the file ends in the middle of a line that was whole',
  removed: 'lines are gone',
  reordered: 'it stands in another place than it was written in',
  repeated: 'a line with its number stands before it already',
  rewritten: 'it was written after another line than the one that stands before it: what comes before was rewritten',
  misplaced: 'the file is not the one that its first line names',
  'beginning-removed': 'the trail does not begin where it was pruned, nor with its first line',
  'found-by-helper': 'the helper itself did not find the trail as it had left it',
  'tail-cut':
    'the trail ends before the line that the head names: its end was cut off, or an old file was put in its place',
  'other-history': 'it is another line than the one that the head names: the trail was rewritten',
  'head-missing': 'the helper’s own record of the newest line is gone or damaged',
  'other-device': 'the head is of another device than the trail',
} as const
export type ChainFaultKind = keyof typeof CHAIN_FAULTS

export type ChainFault = {
  kind: ChainFaultKind
  /** Null where the fault is of the trail as a whole. */
  file: string | null
  line: number | null
  /** Of the line that is meant; of the first of several. */
  sequence: number | null
  /** In words, with the numbers. */
  what: string
}

/** No fault, and worth knowing. */
export type ChainNote = {
  kind: 'pruned' | 'line-torn' | 'unfinished' | 'events-lost' | 'crash' | 'head-older' | 'left-out'
  what: string
}

export function faultOf(
  kind: ChainFaultKind,
  place: { file: string | null; line: number | null; sequence: number | null },
  more = '',
): ChainFault {
  return { kind, ...place, what: more === '' ? CHAIN_FAULTS[kind] : `${CHAIN_FAULTS[kind]}; ${more}` }
}
