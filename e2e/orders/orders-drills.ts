/** What may happen between a kiosk and its operations. Each drill says what was seen, and throws where an order was lost or done twice. */
import { rm } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { OrderName } from '../../contract/remote-orders.ts'
import { installDevice, revokeDevice } from '../../demo/broker/install-device.ts'
import type { Cleanups } from '../../demo/cleanups.ts'
import { openScreen, signIn } from '../integration/orders-people.ts'
import { DEVICE_ID, type OrdersWorld, openOrdersWorld } from '../integration/orders-world.ts'
import { receiptsOf, until } from './drill-world.ts'
import { KILLED_ORDERS, playKills } from './kill-drill.ts'
import { canMakeNamespace, makeNetworkNamespace } from './network-namespace.ts'

type OrdersDrillTools = { quick: boolean; mosquittoPath: string; cleanups: Cleanups; random: () => number }

export type OrdersDrill = {
  name: string
  /** As the documentation says it. */
  expected: string
  needsRoot?: true
  /** @returns what was seen, in numbers */
  play(tools: OrdersDrillTools): Promise<string>
}

type Options = Omit<Parameters<typeof openOrdersWorld>[0], 'mosquittoPath'>

async function openWorld({ mosquittoPath, cleanups }: OrdersDrillTools, options: Options = {}): Promise<OrdersWorld> {
  const world = await openOrdersWorld({ mosquittoPath, session: { start: 'touch' }, ...options })
  cleanups.add(() => world.close())
  return world
}

const isOnline = ({ operations }: OrdersWorld) => operations.presence.get(DEVICE_ID)?.kind === 'online'
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** @returns how long the receipt took */
async function orderOnce(world: OrdersWorld, order: OrderName, kind: 'done' | 'failed' = 'done'): Promise<number> {
  const startedAtMs = performance.now()
  const { jws } = await world.operations.order(DEVICE_ID, order)
  const { outcome } = await world.operations.receiptOf(jws, 90_000)
  if (outcome.kind !== kind) throw new Error(`${order}: ${JSON.stringify(outcome)}`)
  return performance.now() - startedAtMs
}

async function playBrokerDown(tools: OrdersDrillTools): Promise<string> {
  const world = await openWorld(tools)
  await world.startHelper()
  const screen = await openScreen(world)
  await until('the kiosk is online', () => isOnline(world))
  const downMs = tools.quick ? 4_000 : 600_000
  await world.broker.stop()
  await signIn(world, screen)
  await wait(downMs)
  await world.broker.start()
  const revoked = orderOnce(world, 'revoke-session')
  const tookMs = await revoked
  await world.watch.until('ended', { test: ({ session }) => session.reason === 'revoked' })
  return `down for ${seconds(downMs)}: a sign-in goes on meanwhile; a revoke that is sent when the broker is back is receipted after ${seconds(tookMs)}`
}

async function playBrokerKilled(tools: OrdersDrillTools): Promise<string> {
  const world = await openWorld(tools)
  const helper = await world.startHelper()
  await until('the kiosk is online', () => isOnline(world))
  await helper.stop()
  const { jws } = await world.operations.order(DEVICE_ID, 'revoke-session')
  // mosquitto writes what it keeps every five seconds.
  await wait(7_000)
  await world.broker.stop('SIGKILL')
  await world.broker.start()
  await world.startHelper()
  const receipt = await world.operations.receiptOf(jws, 60_000)
  return `killed with an order for a kiosk that is off: ${receipt.outcome.kind} when the kiosk comes`
}

async function playNetworkCut(tools: OrdersDrillTools): Promise<string> {
  const namespace = await makeNetworkNamespace()
  tools.cleanups.add(() => namespace.remove())
  const world = await openWorld(tools, { broker: { address: namespace.address } })
  await world.startHelper(namespace.wrapper)
  await until('the kiosk is online', () => isOnline(world))
  const cutsMs = tools.quick ? [3_000] : [3_000, 30_000, 120_000]
  const tookMs: number[] = []
  for (const cutMs of cutsMs) {
    await namespace.cut()
    const sent = await world.operations.order(DEVICE_ID, 'collect-diagnostics')
    await wait(cutMs)
    await namespace.mend()
    const mendedAtMs = performance.now()
    await world.operations.receiptOf(sent.jws, 120_000)
    tookMs.push(performance.now() - mendedAtMs)
    await wait(500)
    const outcomes = receiptsOf(world, sent.payload.jti).map(({ outcome }) => outcome.kind)
    if (outcomes.filter((kind) => kind === 'done').length !== 1) throw new Error(`receipts: ${outcomes.join(', ')}`)
  }
  return cutsMs
    .map((cutMs, index) => `cut for ${seconds(cutMs)}: done once, ${seconds(tookMs[index] ?? 0)} after it is mended`)
    .join('; ')
}

async function playRevokedCertificate(tools: OrdersDrillTools): Promise<string> {
  const world = await openWorld(tools)
  const helper = await world.startHelper()
  const { pkiFolder, broker, folders } = world
  await until('the kiosk is online', () => isOnline(world))
  await revokeDevice(pkiFolder, DEVICE_ID)
  broker.reload()
  await until('mosquitto reads the list', () => broker.log().includes('Reloading config'))
  const whileConnectedMs = await orderOnce(world, 'collect-diagnostics')
  await broker.stop()
  await broker.start()
  await until('the kiosk is turned away', () => /certificate revoked|OpenSSL Error/i.test(broker.log()))
  const sent = await world.operations.order(DEVICE_ID, 'revoke-session')
  await wait(3_000)
  if (receiptsOf(world, sent.payload.jti).length > 0) throw new Error('a revoked device was let in')
  await rm(folders.device, { recursive: true })
  await installDevice({ pkiFolder, deviceId: DEVICE_ID, deviceFolder: folders.device })
  const startedAtMs = performance.now()
  await world.operations.receiptOf(sent.jws, 120_000)
  const backMs = performance.now() - startedAtMs
  if (helper.child.exitCode !== null) throw new Error('the helper has ended')
  return `the connection that stands still takes orders (${seconds(whileConnectedMs)}); the next one is refused; with a new certificate in its place the order that waited is done after ${seconds(backMs)}, without a restart`
}

async function playKilledHelper(tools: OrdersDrillTools): Promise<string> {
  const times = tools.quick ? KILLED_ORDERS.length : 100
  return playKills(await openWorld(tools), { times, random: tools.random })
}

export const ORDERS_DRILLS: readonly OrdersDrill[] = [
  {
    name: 'broker down',
    expected: 'Sign-ins go on. The kiosk tries again after at most a minute; what was sent meanwhile waits.',
    play: playBrokerDown,
  },
  {
    name: 'broker killed',
    expected: 'What it took more than five seconds ago is kept.',
    play: playBrokerKilled,
  },
  {
    name: 'network cut',
    expected: 'An order that was on its way comes again, and is done once.',
    needsRoot: true,
    play: playNetworkCut,
  },
  {
    name: 'certificate revoked while connected',
    expected: 'mosquitto judges connections when they begin: restart it to end the one that stands.',
    play: playRevokedCertificate,
  },
  {
    name: 'kill -9 between receipt and effect',
    expected: 'None is lost, none has two outcomes; what was on the disk as done is not done again.',
    play: playKilledHelper,
  },
]

/** @returns why this machine cannot play it, or null */
export function findLack({ needsRoot }: OrdersDrill): string | null {
  return needsRoot && !canMakeNamespace() ? 'needs Linux and root, for a network namespace' : null
}
