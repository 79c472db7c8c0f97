/** `fleetctl revoke` and its kin: signs an order for each kiosk, sends it, and waits for receipts that are really theirs. */
import { setTimeout as wait } from 'node:timers/promises'
import type { OrderName } from '../../contract/remote-orders.ts'
import type { ReportedState } from '../../contract/reported-state.ts'
import type { FleetMessage } from '../follow/read-message.ts'
import { Refusal } from '../refusal.ts'
import { UsageError } from '../usage-error.ts'
import { type BrokerSession, openBrokerSession } from './broker-session.ts'
import { checkReceipt } from './check-receipt.ts'
import { chooseKiosks } from './choose-kiosks.ts'
import { confirmWipe, refuseWithoutTerminal } from './confirm-wipe.ts'
import { watchInterruption } from './interruption.ts'
import { readLiveOptions, textOf, wholeNumberOf } from './live-options.ts'
import { readOperator } from './operator-files.ts'
import { countRun, isRunOver, type OrderRun, type RunEvent, startRun, stepRun } from './order-run.ts'
import { ORDER_COMMANDS, type OrderCommand } from './order-words.ts'
import { jsonReport, wordsReport } from './report-run.ts'
import { ORDER_LIFE_SECONDS, type SignedOrder, signOrder } from './sign-order.ts'

const DEFAULT_WAIT_SECONDS = 30
const HOUR_SECONDS = 60 * 60
/** Brokers let a client have few acknowledgements outstanding: MQTT 5 §3.2.2.3.3. */
const SENT_AT_ONCE = 16

function readOptions(command: string, args: readonly string[]) {
  const options = readLiveOptions(command, args, {
    values: ['site', 'tenant', 'timeout', 'valid-hours'],
    switches: ['yes', 'json'],
    devices: true,
  })
  const choice = { site: textOf(options, 'site'), tenant: textOf(options, 'tenant') }
  const byChoice = choice.site !== undefined || choice.tenant !== undefined
  if (byChoice === options.deviceIds.length > 0) {
    throw new UsageError(`${command} takes devices, or --site or --tenant`)
  }
  const validHours = wholeNumberOf(options, 'valid-hours', { least: 1, most: 14 * 24 })
  return {
    flags: options.flags,
    deviceIds: options.deviceIds,
    choice: byChoice ? choice : null,
    lifeSeconds: validHours === undefined ? undefined : validHours * HOUR_SECONDS,
    waitSeconds: wholeNumberOf(options, 'timeout', { least: 1, most: 86_400 }) ?? DEFAULT_WAIT_SECONDS,
    isYes: options.values.yes === true,
    isJson: options.values.json === true,
  }
}

/** A few at a time, and none more once somebody has interrupted it. */
async function sendAll(
  session: BrokerSession,
  orders: readonly SignedOrder[],
  signal: AbortSignal,
  note: (event: RunEvent) => void,
): Promise<void> {
  const left = orders.values()
  const lane = async () => {
    for (const { deviceId, jws } of left) {
      if (signal.aborted) return
      note({ deviceId, ...(await session.send(deviceId, jws)) })
    }
  }
  await Promise.all(Array.from({ length: SENT_AT_ONCE }, lane))
}

/**
 * @param command as typed, such as `revoke`
 * @param args what follows it
 * @returns 0 where every kiosk has done it by its own receipt, else 1
 */
export async function runOrder(command: OrderCommand, args: readonly string[]): Promise<number> {
  const order: OrderName = ORDER_COMMANDS[command]
  const { flags, deviceIds: named, choice, lifeSeconds, waitSeconds, isYes, isJson } = readOptions(command, args)
  const asks = order === 'wipe' && !isYes
  if (asks) refuseWithoutTerminal()
  const { signer, authority, ...broker } = await readOperator(flags, { needsOrderKey: true })
  if (!signer) throw new Refusal('there is no key to sign orders with')
  const finished = new AbortController()

  const states = new Map<string, ReportedState>()
  let lastReportAtMs = performance.now()
  let run: OrderRun | null = null
  const report = isJson ? jsonReport() : wordsReport()
  const { promise: allOver, resolve: over } = Promise.withResolvers<void>()

  function note(event: RunEvent): void {
    if (!run) return
    const next = stepRun(run, event, performance.now())
    const standing = next.kiosks.get(event.deviceId)?.standing
    if (next === run || !standing) return
    run = next
    report.changed(event.deviceId, standing, run)
    if (isRunOver(run)) over()
  }

  async function take(message: FleetMessage): Promise<void> {
    if (message.kind === 'reported') {
      states.set(message.deviceId, message.state)
      lastReportAtMs = performance.now()
    }
    if (message.kind !== 'receipt' || !run?.kiosks.has(message.deviceId)) return
    const { deviceId, jws } = message
    const checked = await checkReceipt(jws, deviceId, authority, Date.now())
    if (checked.kind === 'receipt') note({ deviceId, ...checked })
    else report.noReceipt(deviceId, checked.why)
  }

  const session = await openBrokerSession(broker, { onMessage: (message) => void take(message) })
  // Not before: while it connects, Ctrl+C ends it as it does any other program.
  const interruption = watchInterruption()
  try {
    if (choice) await session.follow(['reported'])
    // Second, so that its acknowledgement comes after what a broker such as mosquitto has retained.
    await session.follow(['receipts'])
    lastReportAtMs = performance.now()
    const reports = { states, lastAtMs: () => lastReportAtMs }
    const deviceIds = choice ? await chooseKiosks(reports, choice, interruption) : named
    if (deviceIds.length === 0) {
      throw new Refusal(`none of the ${states.size} kiosks that have reported to this broker is of that site or tenant`)
    }
    if (asks) await confirmWipe(deviceIds, interruption)
    const life = lifeSeconds ?? ORDER_LIFE_SECONDS[order]
    const orders = await Promise.all(
      deviceIds.map((deviceId) => signOrder({ deviceId, order, lifeSeconds: life }, signer, Date.now())),
    )
    run = startRun(order, orders, performance.now())
    const limit = wait(waitSeconds * 1000, undefined, {
      signal: AbortSignal.any([interruption, finished.signal]),
    }).catch(() => {
      // Nobody waits any longer: what there is by then is told.
    })
    await Promise.race([Promise.all([sendAll(session, orders, interruption, note), allOver]), limit])
    const expiresAtEpochMs = Math.max(...orders.map((signed) => signed.expiresAtEpochMs))
    report.ended(run, { expiresAtEpochMs, wasInterrupted: interruption.aborted })
    const { kiosks, done } = countRun(run)
    return done === kiosks ? 0 : 1
  } catch (error) {
    if (interruption.aborted && !(error instanceof Refusal)) return 1
    throw error
  } finally {
    finished.abort()
    await session.close()
  }
}
