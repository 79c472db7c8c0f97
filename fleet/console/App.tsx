/** The fleet page: who there is, what one of them has done, and orders to those that are ticked. */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { OrderName } from '../../contract/remote-orders.ts'
import { compareKiosks, describeKiosk, type KioskFacts } from '../follow/kiosk-facts.ts'
import { EVERYTHING, FilterBar, passes } from './FilterBar.tsx'
import { FleetTable } from './FleetTable.tsx'
import type { FleetStore } from './fleet-store.ts'
import { Head } from './Head.tsx'
import { KeyPanel } from './KeyPanel.tsx'
import { KioskDetail } from './KioskDetail.tsx'
import { OrderBar } from './OrderBar.tsx'
import { RunList } from './RunList.tsx'
import { countMisplaced } from './row-order.ts'
import { useHeldRows } from './use-held-rows.ts'
import { useOrderKey } from './use-order-key.ts'

const TICK_MS = 15_000
/** A finger does not hover: nothing tells that it is about to touch a row. */
const CAN_HOVER = matchMedia('(hover: hover)').matches

/** Spans go on though nothing happens. */
function useNow(): number {
  const [nowEpochMs, setNow] = useState(Date.now)
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(ticking)
  }, [])
  return nowEpochMs
}

/** Back to the row that was opened, or to the table where it is out of view (WCAG 2.4.3). */
function focusRow(deviceId: string): void {
  const row = document.querySelector<HTMLElement>(`[data-device="${CSS.escape(deviceId)}"]`)
  const target = row ?? document.querySelector<HTMLElement>('.table')
  target?.focus()
}

/** Ticks that stand for somebody who can be ordered, and for somebody whom the filter hides. */
function splitTicks(shown: readonly KioskFacts[], ticked: ReadonlySet<string>) {
  const chosen = shown.filter(({ deviceId }) => ticked.has(deviceId))
  return { chosen, hiddenCount: ticked.size - chosen.length }
}

export function App({ store }: { store: FleetStore }) {
  const { connection, asOfEpochMs, isComplete, kiosks, runs } = useSyncExternalStore(store.subscribe, store.read)
  const nowEpochMs = useNow()
  const holder = useOrderKey()
  const [filter, setFilter] = useState(EVERYTHING)
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [openId, setOpenId] = useState<string | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const [isAimed, setAimed] = useState(false)
  const [sortings, setSortings] = useState(0)

  const all = useMemo(
    () => [...kiosks.values()].map((known) => describeKiosk(known, nowEpochMs)).sort(compareKiosks),
    [kiosks, nowEpochMs],
  )
  const wanted = useMemo(
    () => all.filter((facts) => passes(facts, filter)).map(({ deviceId }) => deviceId),
    [all, filter],
  )
  const isHeld = isComplete && (isAimed || !CAN_HOVER || ticked.size > 0)
  const rows = useHeldRows(wanted, isHeld, JSON.stringify([filter, sortings]))
  const shown = useMemo(() => {
    const byId = new Map(all.map((facts) => [facts.deviceId, facts]))
    return rows.flatMap((deviceId) => byId.get(deviceId) ?? [])
  }, [all, rows])
  const misplaced = countMisplaced(rows, wanted)
  const { chosen, hiddenCount } = splitTicks(shown, ticked)
  const open = openId === null ? undefined : kiosks.get(openId)

  const lastOpenId = useRef<string | null>(null)
  useEffect(() => {
    if (openId === null && lastOpenId.current !== null) focusRow(lastOpenId.current)
    lastOpenId.current = openId
  }, [openId])

  function order(name: OrderName, deviceIds: readonly string[]): void {
    if (holder.held.kind !== 'ready') return
    setFault(null)
    setTicked((before) => new Set([...before].filter((deviceId) => !deviceIds.includes(deviceId))))
    store.order(name, deviceIds, holder.held.key.signer).catch((error: unknown) => {
      const why = error instanceof Error ? error.name : String(error)
      setFault(`Nothing was sent: this browser could not sign the order (${why}).`)
    })
  }

  return (
    <div className="page">
      <Head all={all} connection={connection} asOfEpochMs={asOfEpochMs} nowEpochMs={nowEpochMs} />
      <main className={open ? 'body with-detail' : 'body'}>
        <div className="list">
          <FilterBar all={all} filter={filter} onChange={setFilter} />
          <OrderBar
            chosen={chosen}
            hiddenCount={hiddenCount}
            hasKey={holder.held.kind === 'ready'}
            isConnected={connection === 'connected'}
            fault={fault}
            onUntickHidden={() => setTicked(new Set(chosen.map(({ deviceId }) => deviceId)))}
            onOrder={order}
          />
          <FleetTable
            shown={shown}
            total={isComplete ? all.length : null}
            ticked={ticked}
            openId={openId}
            nowEpochMs={nowEpochMs}
            onAim={setAimed}
            onTick={setTicked}
            onOpen={setOpenId}
          />
          {/* Below the table: what comes and goes above it would move the rows. */}
          {misplaced > 0 && (
            <p className="held">
              Rows keep their places while you work in the table; some would stand elsewhere by now.{' '}
              <button type="button" className="link" onClick={() => setSortings((before) => before + 1)}>
                Sort again
              </button>
            </p>
          )}
          <RunList runs={runs} nowEpochMs={nowEpochMs} />
          <KeyPanel holder={holder} />
        </div>
        {open && <KioskDetail known={open} nowEpochMs={nowEpochMs} onClose={() => setOpenId(null)} />}
      </main>
    </div>
  )
}
