/** The fleet page: who there is, what one of them has done, and orders to those that are ticked. */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { OrderName } from '../../contract/remote-orders.ts'
import { compareKiosks, describeKiosk } from '../follow/kiosk-facts.ts'
import { EVERYTHING, FilterBar } from './FilterBar.tsx'
import { FleetTable } from './FleetTable.tsx'
import type { FleetStore } from './fleet-store.ts'
import { Head } from './Head.tsx'
import { KeyPanel } from './KeyPanel.tsx'
import { KioskDetail } from './KioskDetail.tsx'
import { OrderBar } from './OrderBar.tsx'
import { RunList } from './RunList.tsx'
import { useFleetRows } from './use-fleet-rows.ts'
import { useLeaveWarning } from './use-leave-warning.ts'
import { useNow } from './use-now.ts'
import { useOrderKey } from './use-order-key.ts'

/** Back to the row that was opened, or to the table where it is out of view (WCAG 2.4.3). */
function focusRow(deviceId: string): void {
  const row = document.querySelector<HTMLElement>(`[data-device="${CSS.escape(deviceId)}"]`)
  const target = row ?? document.querySelector<HTMLElement>('.table')
  target?.focus()
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
  useLeaveWarning(runs)

  const all = useMemo(
    () => [...kiosks.values()].map((known) => describeKiosk(known, nowEpochMs)).sort(compareKiosks),
    [kiosks, nowEpochMs],
  )
  const { shown, isOutOfOrder, sortAgain } = useFleetRows({
    all,
    isComplete,
    filter,
    isAimed: isAimed || ticked.size > 0,
  })
  // An order never goes to somebody who cannot be seen.
  const chosen = shown.filter(({ deviceId }) => ticked.has(deviceId))
  const open = openId === null ? undefined : kiosks.get(openId)

  const lastOpenId = useRef<string | null>(null)
  useEffect(() => {
    if (openId === null && lastOpenId.current !== null) focusRow(lastOpenId.current)
    lastOpenId.current = openId
  }, [openId])

  function order(name: OrderName, deviceIds: readonly string[]): void {
    if (holder.held.kind !== 'ready') return
    setFault(null)
    // The next order is for somebody else, or is meant anew.
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
            hiddenCount={ticked.size - chosen.length}
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
          {isOutOfOrder && (
            <p className="held">
              Rows keep their places while you work in the table; some would stand elsewhere by now.{' '}
              <button type="button" className="link" onClick={sortAgain}>
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
