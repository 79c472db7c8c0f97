/** Keeps rows where they are for as long as somebody aims at them. */
import { useState } from 'react'
import { keepPlaces } from './row-order.ts'

/**
 * @param wanted ids, in the order in which they would stand
 * @param why they stand so: another filter, another order
 * @returns ids in the order in which they stand
 */
export function useHeldRows(wanted: readonly string[], isHeld: boolean, why: unknown): readonly string[] {
  const [held, setHeld] = useState<{ why: unknown; rows: readonly string[] } | null>(null)
  const isKept = held !== null && Object.is(held.why, why)
  if (isHeld && !isKept) setHeld({ why, rows: wanted })
  if (!isHeld && held !== null) setHeld(null)
  return isHeld && isKept ? keepPlaces(held.rows, wanted) : wanted
}
