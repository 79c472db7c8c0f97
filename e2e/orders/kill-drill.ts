/** Kills a helper at any moment of an order, and at each of its writes. Compares whole outcomes and counts effects, not only kinds. */
import { watch } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { OrderName } from '../../contract/remote-orders.ts'
import type { HelperProcess } from '../../demo/helper-process.ts'
import { openScreen, signIn } from '../integration/orders-people.ts'
import { DEVICE_ID, type OrdersWorld } from '../integration/orders-world.ts'
import { receiptsOf, until } from './drill-world.ts'

/** An order takes that long on a machine that is busy with other things. */
const KILL_WITHIN_MS = 300
/** Of the folder's: an order is kept, settled and delivered, each with a new file that takes the old one's place. */
const KILL_WITHIN_EVENTS = 15
/** Each of them with a session, so that there is something to lose. */
export const KILLED_ORDERS: readonly OrderName[] = ['revoke-session', 'wipe', 'restart-sign-in', 'refresh-tokens']

/** Resolves at that event of the journal's file, or when there are no more. */
async function nthWrite(stateFolder: string, nth: number): Promise<void> {
  const over = new AbortController()
  let events = 0
  const watcher = watch(stateFolder, (_event, name) => {
    if (name?.startsWith('orders.json')) events += 1
    if (events >= nth) over.abort()
  })
  await wait(1_000, undefined, { signal: over.signal }).catch(() => {
    // It has come.
  })
  watcher.close()
}

async function linesOf(stateFolder: string): Promise<{ event?: string; orderId?: string }[]> {
  const folder = join(stateFolder, 'audit')
  const names = await readdir(folder)
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  // The last one may be half a line: the helper was killed.
  return texts.flatMap((text) => text.split('\n').slice(0, -1)).flatMap((line) => parse(line))
}

function parse(line: string): { event?: string; orderId?: string }[] {
  try {
    return [Object(JSON.parse(line))]
  } catch {
    return []
  }
}

type Effects = { timesDone: number; wipes: number; codes: number }

async function effectsOf({ folders, provider }: OrdersWorld, orderId: string): Promise<Effects> {
  const lines = await linesOf(folders.state)
  return {
    timesDone: lines.filter((line) => line.event === 'order.done' && line.orderId === orderId).length,
    wipes: lines.filter(({ event }) => event === 'wipe.done').length,
    codes: provider.journal.requests.filter(({ path }) => path === '/device/auth').length,
  }
}

type Kept = 'unknown' | 'owed' | 'settled'

/** What a restart finds. */
async function keptOf({ folders }: OrdersWorld, orderId: string): Promise<Kept> {
  const text = await readFile(join(folders.state, 'orders.json'), 'utf8').catch(() => '{}')
  const { seen, owed } = Object(JSON.parse(text))
  if (!Object.hasOwn(Object(seen), orderId)) return 'unknown'
  return JSON.stringify(owed).includes(orderId) ? 'owed' : 'settled'
}

async function killDuring(world: OrdersWorld, helper: HelperProcess, order: OrderName, random: () => number) {
  const isAimed = random() < 0.5
  const nth = 1 + Math.floor(random() * KILL_WITHIN_EVENTS)
  const moment = isAimed ? nthWrite(world.folders.state, nth) : wait(random() * KILL_WITHIN_MS)
  const { payload } = await world.operations.order(DEVICE_ID, order)
  await moment
  const wasReceipted = receiptsOf(world, payload.jti).length > 0
  helper.child.kill('SIGKILL')
  await helper.exited
  return { orderId: payload.jti, wasReceipted }
}

/** One that owes a wipe carries it out and ends, as after every wipe: whoever supervises it starts the next one. */
const startAgain = (world: OrdersWorld) => world.startHelper().catch(() => world.startHelper())

export async function playKills(
  world: OrdersWorld,
  { times, random }: { times: number; random: () => number },
): Promise<string> {
  let helper = await world.startHelper()
  const seen = { unreceipted: 0, owed: 0, again: 0 }
  for (let turn = 0; turn < times; turn += 1) {
    const screen = await openScreen(world)
    await signIn(world, screen)
    const order = KILLED_ORDERS[turn % KILLED_ORDERS.length] ?? 'wipe'
    const { orderId, wasReceipted } = await killDuring(world, helper, order, random)
    screen.close()
    const kept = await keptOf(world, orderId)
    const before = await effectsOf(world, orderId)
    helper = await startAgain(world)
    const hasEnded = () => helper.child.exitCode !== null
    // As PM2 would: the helper that carries a wipe out ends, before its receipt has left or after.
    const untilThere = async (what: string, isThere: () => boolean) => {
      await until(`${what}, or the end of the helper`, () => isThere() || hasEnded())
      if (isThere()) return
      if (order !== 'wipe') throw new Error(`${order} has ended the helper with ${helper.child.exitCode}`)
      helper = await world.startHelper()
      await until(what, isThere)
    }
    await untilThere(`the receipt of ${order}`, () => receiptsOf(world, orderId).length > 0)
    // A sign-in that was to be restarted shows its code, though the one who was there is gone.
    await untilThere('the kiosk is ready for the next person', () => {
      const newest = world.watch.seen.at(-1)
      const isOfThisHelper = newest?.helper.processId === helper.child.pid
      return isOfThisHelper && ['attract', 'awaitingApproval'].includes(newest?.session.kind ?? '')
    })
    const outcomes = new Set(receiptsOf(world, orderId).map(({ outcome }) => JSON.stringify(outcome)))
    if (outcomes.size !== 1 || [...outcomes].join().includes('refused')) {
      throw new Error(`${order}, ${kept} when killed: ${[...outcomes].join(' and ')}`)
    }
    const after = await effectsOf(world, orderId)
    const isDoneAgain = JSON.stringify(after) !== JSON.stringify(before)
    if (kept === 'settled' && isDoneAgain) {
      throw new Error(`${order} was settled, and done again: ${JSON.stringify({ before, after })}`)
    }
    if (after.timesDone > before.timesDone + 1) throw new Error(`${order}: ${JSON.stringify({ before, after })}`)
    if (!wasReceipted) seen.unreceipted += 1
    if (kept === 'owed') seen.owed += 1
    if (kept === 'owed' && before.timesDone > 0) seen.again += 1
  }
  return `${times} kills within ${KILL_WITHIN_MS} ms of an order or at one of its writes, ${seen.unreceipted} of them before its receipt, ${seen.owed} while it was owed: each receipted with one outcome; none that was settled done again, ${seen.again} between effect and note done again`
}
