/** Says each fault once, however many pictures it is in. Pure. */

export type Found = { where: string; fault: string }

const NAMED_PLACES = 3

/** `… is cut (in approve-link, approve-code and 4 others)`, the most frequent first */
export function gatherFaults(found: readonly Found[]): string[] {
  const places = new Map<string, string[]>()
  for (const { where, fault } of found) places.set(fault, [...(places.get(fault) ?? []), where])
  return [...places]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([fault, at]) => {
      const others = at.length - NAMED_PLACES
      return `${fault} (in ${at.slice(0, NAMED_PLACES).join(', ')}${others > 0 ? ` and ${others} others` : ''})`
    })
}
