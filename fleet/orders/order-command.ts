/** `fleetctl revoke` and its kin: signs an order for each kiosk, sends it, and waits for receipts that are really theirs. */
import type { OrderName } from '../../contract/remote-orders.ts'
import { Refusal } from '../refusal.ts'
import { type BrokerSession, openBrokerSession } from './broker-session.ts'
import { openCarrier } from './carry-out.ts'
import { type Chosen, chooseKiosks, collectReports, type Reports } from './choose-kiosks.ts'
import { confirmWipe, refuseWithoutTerminal } from './confirm-wipe.ts'
import { watchInterruption } from './interruption.ts'
import { type Operator, readOperator } from './operator-files.ts'
import { choiceOf, type OrderOptions, readOrderOptions } from './order-options.ts'
import { countRun } from './order-run.ts'
import { ORDER_COMMANDS, type OrderCommand } from './order-words.ts'
import { jsonReport, wordsReport } from './report-run.ts'
import { ORDER_LIFE_SECONDS, signOrder } from './sign-order.ts'
import { kiosksOfSite } from './site-list.ts'

/** @returns null where only the kiosks' own reports could say who they are @throws Refusal where they must not */
function listKiosks({ to, isYes }: OrderOptions, order: OrderName, { sites }: Operator): readonly string[] | null {
  if (to.kind === 'devices') return to.deviceIds
  if (to.kind === 'site' && sites !== null) {
    const deviceIds = kiosksOfSite(sites, to.site)
    if (deviceIds.length === 0) throw new Refusal('sitesFile names no device at that site')
    return deviceIds
  }
  if (order === 'wipe' && isYes) {
    throw new Refusal(
      `--yes wipes no kiosks that are chosen by what they report: whoever holds the broker says what that is. Name the devices${
        to.kind === 'site' ? ', or give your kiosk.json with --sites' : ''
      }.`,
    )
  }
  return null
}

/** @throws Refusal where there is none */
async function chooseByReports(
  session: BrokerSession,
  reports: Reports,
  to: Exclude<OrderOptions['to'], { kind: 'devices' }>,
  signal: AbortSignal,
): Promise<Chosen> {
  await session.follow(['reported', 'presence'], signal)
  // Second, so that its acknowledgement comes after what a broker such as mosquitto has retained.
  await session.follow(['receipts'], signal)
  const chosen = await chooseKiosks(reports, choiceOf(to), signal)
  if (chosen.deviceIds.length > 0) return chosen
  const about = chosen.unreadable.length === 0 ? '' : `; ${chosen.unreadable.length} more cannot be read`
  throw new Refusal(`none of the ${chosen.of} kiosks that have reported to this broker is of that ${to.kind}${about}`)
}

/**
 * @param command as typed, such as `revoke`
 * @param args what follows it
 * @returns 0 where every kiosk has done it by its own receipt, else 1
 */
export async function runOrder(command: OrderCommand, args: readonly string[]): Promise<number> {
  const order: OrderName = ORDER_COMMANDS[command]
  const options = readOrderOptions(command, args)
  const asks = order === 'wipe' && !options.isYes
  if (asks) refuseWithoutTerminal()
  const operator = await readOperator(options.flags, { needsOrderKey: true })
  const { signer, authority } = operator
  if (!signer) throw new Refusal('there is no key to sign orders with')
  const listed = listKiosks(options, order, operator)
  const report = options.isJson ? jsonReport() : wordsReport()
  const reports = collectReports()

  const session = await openBrokerSession(operator, {
    onMessage(message, isRetained) {
      if (message.kind === 'receipt') carrier.take(message.deviceId, message.jws)
      else reports.take(message, isRetained)
    },
  })
  const carrier = openCarrier({ authority, send: session.send, report })
  // Not before: while it connects, Ctrl+C ends it as it does any other program.
  const interruption = watchInterruption({ endsWithReader: false })
  try {
    let chosen: Chosen | null = null
    if (listed || options.to.kind === 'devices') await session.follow(['receipts'], interruption)
    else chosen = await chooseByReports(session, reports, options.to, interruption)
    if (chosen) report.chosen(chosen)
    const deviceIds = chosen?.deviceIds ?? listed ?? []
    const lifeSeconds = options.lifeSeconds ?? ORDER_LIFE_SECONDS[order]
    if (asks) await confirmWipe({ deviceIds, lifeSeconds, isByReports: chosen !== null }, interruption)
    const now = Date.now()
    const orders = await Promise.all(
      deviceIds.map((deviceId) => signOrder({ deviceId, order, lifeSeconds }, signer, now)),
    )
    const run = await carrier.carryOut(order, orders, options.waitMs, interruption)
    const expiresAtEpochMs = Math.max(...orders.map((signed) => signed.expiresAtEpochMs))
    report.ended(run, { expiresAtEpochMs, wasInterrupted: interruption.aborted })
    const { kiosks, done } = countRun(run)
    const isWhole = chosen === null || (chosen.isComplete && chosen.unreadable.length === 0)
    return done === kiosks && isWhole ? 0 : 1
  } catch (error) {
    if (interruption.aborted && !(error instanceof Refusal)) return 1
    throw error
  } finally {
    await session.close()
  }
}
