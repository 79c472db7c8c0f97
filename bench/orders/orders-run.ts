/** A fleet on one broker, one kiosk of it real, revoked as a whole. Never measures while it prepares. */
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { installDevice } from '../../demo/broker/install-device.ts'
import { makeOperationsKey } from '../../demo/broker/make-operations-key.ts'
import { newOrder, type Operations, type OrderKey, openOperations, signOrder } from '../../demo/broker/operations.ts'
import { type Broker, startBroker } from '../../demo/broker/start-broker.ts'
import type { Cleanups } from '../../demo/cleanups.ts'
import { makeDevices } from '../../demo/gateway/make-devices.ts'
import { startHelperProcess } from '../../demo/helper-process.ts'
import { startIdentityProvider } from '../../demo/identity-provider/identity-provider.ts'
import { watchKiosk } from '../../demo/kiosk-watch.ts'
import { openScreenLink } from '../../demo/screen-link.ts'
import { type DemoBundle, makeWorkFolders, writeDemoBundle } from '../../demo/work-folders.ts'
import type { OrdersBenchOptions } from './orders-options.ts'
import { makeOrdersReport, type OrdersReport, type OrdersRound } from './orders-report.ts'
import { cpuMs, residentMiB } from './process-load.ts'
import type { SimulatedFleet } from './simulated-kiosks.ts'

const REAL_KIOSK = 'DR-0042-real'
const ROUND_LIMIT_MS = 60_000
/** A helper has come to rest by then. */
const SETTLE_MS = 3_000

type RealKiosk = {
  processId: number
  signIn(): Promise<void>
  signOut(): Promise<void>
  /** @returns when its screen was told that the session is over, on `performance.now()` */
  untilEnded(): Promise<number>
}

async function openRealKiosk(
  places: { pkiFolder: string; publicKey: object; broker: Broker | null },
  cleanups: Cleanups,
): Promise<RealKiosk> {
  const { pkiFolder, publicKey, broker } = places
  const provider = await startIdentityProvider({
    intervalSeconds: 1,
    codeLifetimeSeconds: 600,
    accessTokenLifetimeSeconds: 3600,
    entraLike: false,
  })
  cleanups.add(() => provider.close())
  const folders = await makeWorkFolders()
  cleanups.add(() => folders.remove())
  const { issuer, clientId, ca } = provider
  const bundle: DemoBundle = {
    issuer,
    clientId,
    caPem: `${ca.caPem}\n${broker?.caPem ?? ''}`,
    entraLike: false,
    // A helper that starts anew between two rounds would be another one to measure.
    vault: { forgetAfterSeconds: null },
    session: { start: 'touch' },
    ...(broker && { remoteControl: { brokerUrl: broker.url } }),
  }
  await writeDemoBundle(folders.bundle, bundle)
  await mkdir(folders.trust, { mode: 0o755 })
  const keys = JSON.stringify({ keys: [publicKey] })
  await writeFile(join(folders.trust, 'operations-keys.json'), keys, { mode: 0o644 })
  const deviceId = broker ? REAL_KIOSK : `${REAL_KIOSK}-without`
  await installDevice({ pkiFolder, deviceId, deviceFolder: folders.device })
  const helper = await startHelperProcess(folders)
  cleanups.add(() => helper.stop())
  const watch = watchKiosk(folders.runtime)
  cleanups.add(() => watch.stop())
  let endedAtMs: PromiseWithResolvers<number> = Promise.withResolvers()
  const screen = await openScreenLink(folders.runtime, {
    onSnapshot({ session }) {
      if (session.kind === 'ended') endedAtMs.resolve(performance.now())
    },
  })
  cleanups.add(() => screen.close())
  return {
    processId: helper.child.pid ?? 0,
    async signIn() {
      await watch.until('attract')
      await screen.press({ kind: 'touch' })
      const { session } = await watch.until('awaitingApproval')
      await provider.approve(session.userCode)
      const { session: asked } = await watch.until('confirming')
      await screen.press({ kind: 'confirmPresence', generation: asked.generation })
      await watch.until('signedIn')
      endedAtMs = Promise.withResolvers()
    },
    async signOut() {
      await screen.press({ kind: 'signOut' })
      await endedAtMs.promise
    },
    untilEnded: () => endedAtMs.promise,
  }
}

async function openSimulatedKiosks(fleet: SimulatedFleet, cleanups: Cleanups): Promise<void> {
  const child = fork(join(import.meta.dirname, 'simulated-kiosks.ts'))
  cleanups.add(() => void child.kill('SIGKILL'))
  const ready = once(child, 'message')
  child.send(fleet)
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the simulated kiosks ended with ${code}`)
  })
  await Promise.race([ready, failed])
  failed.catch(() => {
    // They end with the bench.
  })
}

async function revokeFleet(
  operations: Operations,
  deviceIds: readonly string[],
  key: OrderKey,
  kiosk: RealKiosk,
): Promise<OrdersRound> {
  await kiosk.signIn()
  const startedAtMs = performance.now()
  const sent = await Promise.all(
    deviceIds.map(async (deviceId) => {
      const jws = await signOrder(newOrder(deviceId, 'revoke-session'), key)
      await operations.send(deviceId, jws)
      return { deviceId, orderHash: createHash('sha256').update(jws).digest('base64url') }
    }),
  )
  const sendingMs = performance.now() - startedAtMs
  const screenMs = (await kiosk.untilEnded()) - startedAtMs
  const received = await receiptsOf(operations, sent, startedAtMs)
  return {
    receiptMs: received.map(({ tookMs }) => tookMs),
    realReceiptMs: received.find(({ deviceId }) => deviceId === REAL_KIOSK)?.tookMs ?? Number.NaN,
    screenMs,
    sendingMs,
  }
}

/** Each order's own: another receipt of the same kiosk counts for none of them. */
async function receiptsOf(
  operations: Operations,
  sent: readonly { deviceId: string; orderHash: string }[],
  startedAtMs: number,
): Promise<{ deviceId: string; tookMs: number }[]> {
  const left = new Map(sent.map(({ deviceId, orderHash }) => [`${deviceId} ${orderHash}`, deviceId]))
  const received: { deviceId: string; tookMs: number }[] = []
  let next = 0
  while (left.size > 0) {
    for (const { receipt, seenAtMs } of operations.receipts.slice(next)) {
      const key = `${receipt.deviceId} ${receipt.orderHash}`
      const deviceId = left.get(key)
      if (deviceId !== undefined) received.push({ deviceId, tookMs: seenAtMs - startedAtMs })
      left.delete(key)
      next += 1
    }
    if (performance.now() - startedAtMs > ROUND_LIMIT_MS) {
      throw new Error(`${left.size} of ${sent.length} orders have no receipt within the limit`)
    }
    if (left.size > 0) await wait(20)
  }
  return received
}

async function cpuIn(processId: number, work: () => Promise<unknown>): Promise<number> {
  const before = await cpuMs(processId)
  await work()
  return (await cpuMs(processId)) - before
}

export async function runOrdersBench(
  { simulatedKiosks, rounds, idleSeconds }: OrdersBenchOptions,
  places: { folder: string; mosquittoPath: string; cores: number },
  cleanups: Cleanups,
  say: (text: string) => void,
): Promise<OrdersReport> {
  const { folder, mosquittoPath, cores } = places
  const pkiFolder = join(folder, 'pki')
  const devices = await makeDevices(pkiFolder, simulatedKiosks)
  const { orderKey, publicKey } = await makeOperationsKey(pkiFolder)
  const broker = await startBroker({ mosquittoPath, folder: join(folder, 'broker'), pkiFolder })
  cleanups.add(() => broker.close())
  const fleetCaPem = await readFile(join(pkiFolder, 'fleet-ca.crt'), 'utf8')
  const without = await openRealKiosk({ pkiFolder, publicKey, broker: null }, cleanups)
  const kiosk = await openRealKiosk({ pkiFolder, publicKey, broker }, cleanups)
  await wait(SETTLE_MS)
  const rest = wait(idleSeconds * 1000)
  const [idleMs, restingMs] = await Promise.all([
    cpuIn(kiosk.processId, () => rest),
    cpuIn(without.processId, () => rest),
  ])
  say(`${simulatedKiosks} kiosks connect`)
  await openSimulatedKiosks({ url: broker.url, caPem: broker.caPem, publicKey, devices }, cleanups)
  const operations = await openOperations(broker, orderKey, fleetCaPem)
  cleanups.add(() => operations.close())

  const deviceIds = [REAL_KIOSK, ...devices.map(({ deviceId }) => deviceId)]
  const done: OrdersRound[] = []
  for (let index = 0; index < rounds; index += 1) {
    done.push(await revokeFleet(operations, deviceIds, orderKey, kiosk))
    say(`round ${index + 1} of ${rounds}`)
  }
  // Orders that find nothing to end: what is counted is the order alone, not the sign-in.
  const orders = Math.max(2, rounds * 4)
  const orderMs = await cpuIn(kiosk.processId, async () => {
    for (let index = 0; index < orders; index += 1) {
      const { jws } = await operations.order(REAL_KIOSK, 'revoke-session')
      await operations.receiptOf(jws)
    }
  })
  // As many people at the other one, so that nothing but the broker differs.
  for (let index = 0; index < rounds; index += 1) {
    await without.signIn()
    await without.signOut()
  }
  const aMinute = (ms: number) => Math.round((ms * 60) / idleSeconds)
  return makeOrdersReport(done, {
    kiosks: deviceIds.length,
    cores,
    kiosk: {
      residentMiB: await residentMiB(kiosk.processId),
      cpuMsPerOrder: Math.round((orderMs / orders) * 10) / 10,
      idleCpuMsPerMinute: aMinute(idleMs),
    },
    kioskWithoutBroker: { residentMiB: await residentMiB(without.processId), idleCpuMsPerMinute: aMinute(restingMs) },
    brokerResidentMiB: await residentMiB(broker.processId),
  })
}
