/** The fleet page: who there is, what one of them has done, and orders to those that are ticked. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { compareKiosks, describeKiosk } from '../follow/kiosk-facts.ts'
import { EVERYTHING, FilterBar, passes } from './FilterBar.tsx'
import { FleetTable } from './FleetTable.tsx'
import type { FleetStore, PageState } from './fleet-store.ts'
import { KeyPanel } from './KeyPanel.tsx'
import { KioskDetail } from './KioskDetail.tsx'
import { OrderBar } from './OrderBar.tsx'
import { type OrderKey, readOrderKey } from './order-key.ts'
import { RunList } from './RunList.tsx'

const TICK_MS = 15_000

/** Spans go on though nothing happens. */
function useNow(): number {
  const [nowEpochMs, setNow] = useState(Date.now)
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(ticking)
  }, [])
  return nowEpochMs
}

const CONNECTION_WORDS: Readonly<Record<PageState['connection'], string>> = {
  connecting: 'Connecting to the broker…',
  connected: 'Connected',
  gone: 'The broker cannot be reached; trying again. If fleetctl was started anew, open the address that it printed.',
}

export function App({ store }: { store: FleetStore }) {
  const { connection, isComplete, kiosks, runs } = useSyncExternalStore(store.subscribe, store.read)
  const nowEpochMs = useNow()
  const [filter, setFilter] = useState(EVERYTHING)
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [openId, setOpenId] = useState<string | null>(null)
  const [orderKey, setOrderKey] = useState<OrderKey | null | 'unavailable'>(null)
  useEffect(() => {
    readOrderKey().then(setOrderKey, () => setOrderKey('unavailable'))
  }, [])

  const all = useMemo(
    () => [...kiosks.values()].map((known) => describeKiosk(known, nowEpochMs)).sort(compareKiosks),
    [kiosks, nowEpochMs],
  )
  const shown = useMemo(() => all.filter((facts) => passes(facts, filter)), [all, filter])
  const online = all.filter(({ presence }) => presence === 'online').length
  const concerned = all.filter(({ concerns }) => concerns.length > 0).length
  // An order never goes to somebody who cannot be seen.
  const chosen = shown.filter(({ deviceId }) => ticked.has(deviceId)).map(({ deviceId }) => deviceId)
  const open = openId === null ? undefined : kiosks.get(openId)

  return (
    <div className="page">
      <header className="top">
        <h1>Fleet</h1>
        <p className="counts">
          <b>{all.length}</b> kiosks · <b>{online}</b> online · <b>{concerned}</b> to look at
        </p>
        <p className={`connection ${connection}`} role="status">
          {CONNECTION_WORDS[connection]}
        </p>
      </header>
      <main className={open ? 'body with-detail' : 'body'}>
        <div className="list">
          <FilterBar all={all} filter={filter} onChange={setFilter} />
          <OrderBar
            chosen={chosen}
            signer={orderKey !== null && orderKey !== 'unavailable' ? orderKey.signer : null}
            isConnected={connection === 'connected'}
            onOrder={store.order}
          />
          <FleetTable
            shown={shown}
            total={isComplete ? all.length : null}
            ticked={ticked}
            openId={openId}
            nowEpochMs={nowEpochMs}
            onTick={setTicked}
            onOpen={setOpenId}
          />
          <RunList runs={runs} />
          <KeyPanel orderKey={orderKey} onMade={setOrderKey} />
        </div>
        {open && <KioskDetail known={open} nowEpochMs={nowEpochMs} onClose={() => setOpenId(null)} />}
      </main>
    </div>
  )
}
