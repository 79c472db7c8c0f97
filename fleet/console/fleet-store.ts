/** What the page knows: connection, kiosks, orders under way. Batches what comes, so that a thousand kiosks stay fluid. */
import mqtt from 'mqtt'
import type { OrderName } from '../../contract/remote-orders.ts'
import { type FleetEvent, type FleetView, type KnownKiosk, noteEvent } from '../follow/fleet-view.ts'
import { plainText } from '../follow/plain-text.ts'
import type { FleetAuthority } from '../orders/fleet-authority.ts'
import { judgeReceipts } from '../orders/judge-receipts.ts'
import { speakAsOperator } from '../orders/operator-client.ts'
import { type OrderRun, type RunEvent, startRun, stepRun } from '../orders/order-run.ts'
import { type OrderSigner, signOrder } from '../orders/sign-order.ts'

const BATCH_MS = 100
const RECONNECT_MS = 2_000
const RUNS_KEPT = 10
const SENT_AT_ONCE = 16
/** Receipts that come while the connection is gone for a moment: the broker keeps them for this page. */
const SESSION_EXPIRY_SECONDS = 600

/** `refused`: it lets this operator in, and follow nothing. */
type Connection = 'connecting' | 'connected' | 'gone' | 'refused'

export type GivenOrder = { id: number; run: OrderRun; startedAtEpochMs: number; expiresAtEpochMs: number }

export type PageState = {
  connection: Connection
  /** Since when nothing new can come; null while it can, and before it ever could. */
  asOfEpochMs: number | null
  /** What there is has come: an empty fleet is one without kiosks. */
  isComplete: boolean
  kiosks: FleetView
  /** The newest first. */
  runs: readonly GivenOrder[]
}

export type FleetStore = {
  subscribe(listener: () => void): () => void
  read(): PageState
  /** @throws where an order cannot be signed; none of them is sent then */
  order(order: OrderName, deviceIds: readonly string[], signer: OrderSigner): Promise<void>
}

export function openFleetStore({ secret, authority }: { secret: string; authority: FleetAuthority }): FleetStore {
  const listeners = new Set<() => void>()
  let state: PageState = {
    connection: 'connecting',
    asOfEpochMs: null,
    isComplete: false,
    kiosks: new Map(),
    runs: [],
  }
  /** The same map over one batch. */
  let fresh: Map<string, KnownKiosk> | null = null
  let isDue = false

  function tell(): void {
    isDue = false
    if (fresh) state = { ...state, kiosks: fresh }
    fresh = null
    for (const listener of listeners) listener()
  }
  function change(part: Partial<PageState>): void {
    state = { ...state, ...part }
    if (isDue) return
    isDue = true
    setTimeout(tell, BATCH_MS)
  }

  function noteRun(event: RunEvent): void {
    const runs = state.runs.map((entry) => {
      const run = stepRun(entry.run, event, performance.now())
      return run === entry.run ? entry : { ...entry, run }
    })
    change({ runs })
  }

  function note(event: FleetEvent): void {
    const { deviceId } = event
    fresh ??= new Map(state.kiosks)
    fresh.set(deviceId, noteEvent(fresh.get(deviceId), event, Date.now()))
    change({})
    if (event.kind === 'receipt') noteRun(event)
  }

  // One of each kiosk at a time: checking costs more than sending.
  const judge = judgeReceipts(authority, (deviceId, checked) => note({ deviceId, ...checked }))

  const client = mqtt.connect({
    protocol: 'ws',
    host: location.hostname,
    port: Number(location.port),
    path: `/mqtt/${secret}`,
    protocolVersion: 5,
    clientId: `console-${crypto.randomUUID()}`,
    clean: true,
    properties: { sessionExpiryInterval: SESSION_EXPIRY_SECONDS },
    reconnectPeriod: RECONNECT_MS,
    // The library's other kind is a worker made of text, which the page's policy forbids.
    timerVariant: 'native',
  })
  const speaking = speakAsOperator(client, (message, isRetained) => {
    if (message.kind === 'receipt') judge.take(message.deviceId, message.jws)
    else note({ ...message, isRetained })
  })
  const lose = () => change({ connection: 'gone', asOfEpochMs: state.asOfEpochMs ?? Date.now() })
  client.on('connect', () => {
    // From now on the broker goes on with what it has kept for this page.
    client.options.clean = false
    change({ connection: 'connected', asOfEpochMs: null })
    void (async () => {
      await speaking.follow(['reported', 'presence'])
      // Its acknowledgement comes after what the broker has retained.
      await speaking.follow(['receipts'])
      change({ isComplete: true })
    })().catch(() => (client.connected ? change({ connection: 'refused' }) : lose()))
  })
  client.on('close', lose)
  client.on('error', () => {
    // It tries again by itself, and the page says that it is gone.
  })

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    read: () => state,
    async order(order, deviceIds, signer) {
      const now = Date.now()
      const orders = await Promise.all(deviceIds.map((deviceId) => signOrder({ deviceId, order }, signer, now)))
      const entry = {
        id: (state.runs[0]?.id ?? 0) + 1,
        run: startRun(order, orders, performance.now()),
        startedAtEpochMs: now,
        expiresAtEpochMs: Math.max(...orders.map(({ expiresAtEpochMs }) => expiresAtEpochMs)),
      }
      change({ runs: [entry, ...state.runs].slice(0, RUNS_KEPT) })
      const left = orders.values()
      const lane = async () => {
        for (const { deviceId, jws } of left) {
          const sent = await speaking.send(deviceId, jws).catch((error: unknown) => {
            return { kind: 'not-sent', why: plainText(error instanceof Error ? error.message : String(error)) } as const
          })
          noteRun({ deviceId, ...sent })
        }
      }
      await Promise.all(Array.from({ length: SENT_AT_ONCE }, lane))
    },
  }
}
