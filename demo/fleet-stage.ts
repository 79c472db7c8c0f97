/** The demo's fleet: a broker, further kiosks without a screen, an operator's files and the fleet page. Never beyond 127.0.0.1. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readOperator } from '../fleet/orders/operator-files.ts'
import { createPki } from '../fleet/pki/device-certificates.ts'
import { readConsoleFiles } from '../fleet/serve-console/console-files.ts'
import { serveConsole } from '../fleet/serve-console/serve-console.ts'
import { findMosquitto } from './broker/find-mosquitto.ts'
import { writeOperatorFiles } from './broker/fleet-world.ts'
import { installDevice } from './broker/install-device.ts'
import { makeOperationsKey } from './broker/make-operations-key.ts'
import { type Broker, startBroker } from './broker/start-broker.ts'
import type { Cleanups } from './cleanups.ts'
import type { Say } from './demo-story.ts'
import { startHelperProcess } from './helper-process.ts'
import { DEMO_DEVICE_ID, makeWorkFolders, type WorkFolders } from './work-folders.ts'

const FIRST_NUMBER = 42
const NAMES = ['Main lobby', 'Loading dock', 'Visitor entrance', 'Canteen', 'Workshop']

/** @returns ids and names, the demo's own kiosk first */
export function demoDevices(count: number): Readonly<Record<string, string>> {
  const device = (index: number) => [`DR-00${FIRST_NUMBER + index}`, NAMES[index % NAMES.length] ?? ''] as const
  return Object.fromEntries(Array.from({ length: count }, (_, index) => device(index)))
}

export type DemoFleet = {
  /** For `kiosk.json`. */
  remoteControl: { brokerUrl: string }
  broker: Broker
  /** Once the bundle is written. */
  startOthers(): Promise<void>
  /** Serves the page, and says how operators begin. */
  open(): Promise<void>
}

type Stage = {
  say: Say
  folders: WorkFolders
  /** Made with the gateway where there is one; else it is made here. */
  pkiFolder: string | null
  deviceIds: readonly string[]
  atTheEnd: Cleanups['add']
}

/** @throws Error where this machine has no mosquitto */
export async function startDemoFleet({
  say,
  folders,
  pkiFolder: made,
  deviceIds,
  atTheEnd,
}: Stage): Promise<DemoFleet> {
  const mosquittoPath = findMosquitto()
  if (mosquittoPath === null) throw new Error('--fleet needs a broker, and there is no mosquitto: run "npm run setup"')
  const pkiFolder = made ?? join(folders.work, 'pki')
  await mkdir(folders.trust, { recursive: true, mode: 0o755 })
  if (made === null) {
    await createPki({ folder: pkiFolder, name: 'Contoso kiosks', now: new Date(), days: 30 })
    await copyFile(join(pkiFolder, 'fleet-ca.crt'), join(folders.trust, 'fleet-ca.crt'))
    await installDevice({ pkiFolder, deviceId: DEMO_DEVICE_ID, deviceFolder: folders.device })
  }
  const { publicKey } = await makeOperationsKey(pkiFolder)
  const pinned = { keys: [publicKey] }
  await writeFile(join(folders.trust, 'operations-keys.json'), JSON.stringify(pinned, null, 2), { mode: 0o644 })
  const broker = await startBroker({ mosquittoPath, folder: join(folders.work, 'broker'), pkiFolder })
  atTheEnd(() => broker.close())
  say(`broker             ${broker.url} for kiosks, ${broker.operatorsUrl} for operators`)

  async function startOther(deviceId: string): Promise<void> {
    const own = await makeWorkFolders()
    atTheEnd(() => own.remove())
    await installDevice({ pkiFolder, deviceId, deviceFolder: own.device })
    // One bundle and one trust folder for the whole site; certificate, state and vault are each kiosk's own.
    const helper = await startHelperProcess({ ...own, bundle: folders.bundle, trust: folders.trust })
    atTheEnd(() => helper.stop())
    say(`kiosk ${deviceId}      a helper without a screen, KIOSK_RUNTIME_DIR=${own.runtime}`)
  }

  return {
    remoteControl: { brokerUrl: broker.url },
    broker,
    async startOthers() {
      for (const deviceId of deviceIds) if (deviceId !== DEMO_DEVICE_ID) await startOther(deviceId)
    },
    async open() {
      const folder = join(folders.work, 'operator')
      await mkdir(folder, { mode: 0o700 })
      const settings = await writeOperatorFiles({ folder, pkiFolder, broker })
      const operator = await readOperator({ settings }, { needsOrderKey: true })
      const page = await serveConsole({ port: 0, operator, files: await readConsoleFiles(), onBroker: () => {} })
      atTheEnd(() => page.close())
      say(`fleet page         ${page.url}`)
      say(`                   its order key counts once it stands in ${join(folders.trust, 'operations-keys.json')}`)
      say(`operator           npx fleetctl watch --settings ${settings}`)
      say(`                   npx fleetctl revoke ${DEMO_DEVICE_ID} --settings ${settings}`)
    },
  }
}
