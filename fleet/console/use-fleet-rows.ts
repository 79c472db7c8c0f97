/** Which kiosks the table shows, and in which order. A row never moves while somebody may be about to tick it. */
import { useMemo, useState } from 'react'
import type { KioskFacts } from '../follow/kiosk-facts.ts'
import { type Filter, passes } from './FilterBar.tsx'
import { countMisplaced } from './row-order.ts'
import { useHeldRows } from './use-held-rows.ts'

/** A finger does not hover: nothing tells that it is about to touch a row. */
const CAN_HOVER = matchMedia('(hover: hover)').matches

type FleetRows = {
  shown: readonly KioskFacts[]
  /** Some stand elsewhere than they would by now. */
  isOutOfOrder: boolean
  sortAgain: () => void
}

type FleetRowsOptions = {
  /** In the order in which they would stand. */
  all: readonly KioskFacts[]
  /** Until the whole fleet is there, rows stand where they belong. */
  isComplete: boolean
  filter: Filter
  /** Nothing must move now. */
  isAimed: boolean
}

export function useFleetRows({ all, isComplete, filter, isAimed }: FleetRowsOptions): FleetRows {
  const [sortings, setSortings] = useState(0)
  const wanted = useMemo(
    () => all.filter((facts) => passes(facts, filter)).map(({ deviceId }) => deviceId),
    [all, filter],
  )
  const rows = useHeldRows(wanted, isComplete && (isAimed || !CAN_HOVER), JSON.stringify([filter, sortings]))
  const shown = useMemo(() => {
    const byId = new Map(all.map((facts) => [facts.deviceId, facts]))
    return rows.flatMap((deviceId) => byId.get(deviceId) ?? [])
  }, [all, rows])
  return {
    shown,
    isOutOfOrder: rows !== wanted && countMisplaced(rows, wanted) > 0,
    sortAgain: () => setSortings((before) => before + 1),
  }
}
