/** Sends signed orders, and takes receipts until each kiosk has answered, time is over, or somebody interrupts. */
import { setTimeout as wait } from 'node:timers/promises'
import type { OrderName } from '../../contract/remote-orders.ts'
import type { BrokerSession } from './broker-session.ts'
import type { FleetAuthority } from './fleet-authority.ts'
import { judgeReceipts } from './judge-receipts.ts'
import { endRun, isRunOver, type OrderRun, type RunEvent, startRun, stepRun } from './order-run.ts'
import type { RunReport } from './report-run.ts'
import type { SignedOrder } from './sign-order.ts'

/** Brokers let a client have few acknowledgements outstanding: MQTT 5 §3.2.2.3.3. */
const SENT_AT_ONCE = 16
/** One kiosk cannot fill the terminal. */
const FALSE_RECEIPTS_TOLD = 5

export type Carrier = {
  /** Receipts, from before the first order is sent. */
  take(deviceId: string, jws: Uint8Array): void
  carryOut(
    order: OrderName,
    orders: readonly SignedOrder[],
    waitMs: number,
    interruption: AbortSignal,
  ): Promise<OrderRun>
}

/** Tells each kiosk's first false receipts, and counts the rest. */
function falseReceipts(report: RunReport) {
  const seen = new Map<string, number>()
  return {
    note(deviceId: string, why: Parameters<RunReport['noReceipt']>[1]): void {
      const count = (seen.get(deviceId) ?? 0) + 1
      seen.set(deviceId, count)
      if (count <= FALSE_RECEIPTS_TOLD) report.noReceipt(deviceId, why)
    },
    tellRest(dropped: ReadonlyMap<string, number>): void {
      for (const deviceId of new Set([...seen.keys(), ...dropped.keys()])) {
        const untold = Math.max(0, (seen.get(deviceId) ?? 0) - FALSE_RECEIPTS_TOLD) + (dropped.get(deviceId) ?? 0)
        if (untold > 0) report.unjudged(deviceId, untold)
      }
    },
  }
}

export function openCarrier(options: {
  authority: FleetAuthority
  send: BrokerSession['send']
  report: RunReport
}): Carrier {
  const { authority, send, report } = options
  let run: OrderRun | null = null
  const { promise: allAnswered, resolve: answered } = Promise.withResolvers<void>()
  const onTheWay = new Set<string>()
  const untrue = falseReceipts(report)

  function note(event: RunEvent): void {
    if (!run) return
    const next = stepRun(run, event, performance.now())
    const standing = next.kiosks.get(event.deviceId)?.standing
    if (next === run || !standing) return
    run = next
    report.changed(event.deviceId, standing, run)
    if (isRunOver(run)) answered()
  }

  const judge = judgeReceipts(authority, (deviceId, checked) => {
    if (checked.kind === 'receipt') note({ deviceId, ...checked })
    else if (run) untrue.note(deviceId, checked.why)
  })

  /** A few at a time, and none more once it is over. */
  async function sendAll(orders: readonly SignedOrder[], signal: AbortSignal): Promise<void> {
    const left = orders.values()
    const lane = async () => {
      for (const { deviceId, jws } of left) {
        if (signal.aborted) return
        onTheWay.add(deviceId)
        const sent = await send(deviceId, jws)
        onTheWay.delete(deviceId)
        note({ deviceId, ...sent })
      }
    }
    await Promise.all(Array.from({ length: SENT_AT_ONCE }, lane))
  }

  return {
    take(deviceId, jws) {
      if (run?.kiosks.has(deviceId)) judge.take(deviceId, jws)
    },
    async carryOut(order, orders, waitMs, interruption) {
      run = startRun(order, orders, performance.now())
      const ended = new AbortController()
      const signal = AbortSignal.any([interruption, ended.signal])
      const limit = wait(waitMs, undefined, { signal }).catch(() => {
        // Nobody waits any longer: what there is by then is told.
      })
      await Promise.race([Promise.all([sendAll(orders, signal), allAnswered]), limit])
      ended.abort()
      const left = endRun(run, (deviceId) => onTheWay.has(deviceId))
      run = null
      untrue.tellRest(judge.dropped())
      return left
    },
  }
}
