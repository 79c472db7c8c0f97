/** A helper world with a broker, a device certificate and a key for orders. Gone afterwards. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installDevice } from '../../demo/broker/install-device.ts'
import { makeOperationsKey } from '../../demo/broker/make-operations-key.ts'
import { type Operations, type OrderKey, openOperations } from '../../demo/broker/operations.ts'
import { type Broker, type BrokerOptions, startBroker } from '../../demo/broker/start-broker.ts'
import { createCleanups } from '../../demo/cleanups.ts'
import { makeDevices } from '../../demo/gateway/make-devices.ts'
import type { HelperProcess } from '../../demo/helper-process.ts'
import { type HelperWorld, openHelperWorld } from './helper-world.ts'

export const DEVICE_ID = 'DR-0042'

export type OrdersWorld = Omit<HelperWorld, 'startHelper'> & {
  broker: Broker
  operations: Operations
  orderKey: OrderKey
  pkiFolder: string
  startHelper(wrapper?: readonly string[]): Promise<HelperProcess>
}

type Options = Parameters<typeof openHelperWorld>[0] & {
  mosquittoPath: string
  broker?: Partial<BrokerOptions>
  remoteControl?: Record<string, unknown>
}

export async function openOrdersWorld({
  mosquittoPath,
  broker: brokerOptions,
  remoteControl,
  ...options
}: Options): Promise<OrdersWorld> {
  const cleanups = createCleanups()
  try {
    const world = await openHelperWorld(options)
    cleanups.add(() => world.close())
    const { folders, provider } = world
    const pkiFolder = join(folders.work, 'pki')
    await makeDevices(pkiFolder, 0)
    const { orderKey, publicKey } = await makeOperationsKey(pkiFolder)
    await mkdir(folders.trust, { mode: 0o755 })
    await writeFile(join(folders.trust, 'operations-keys.json'), JSON.stringify({ keys: [publicKey] }), { mode: 0o644 })
    await installDevice({ pkiFolder, deviceId: DEVICE_ID, deviceFolder: folders.device })
    const broker = await startBroker({
      mosquittoPath,
      folder: join(folders.work, 'broker'),
      pkiFolder,
      ...brokerOptions,
    })
    cleanups.add(() => broker.close())
    const fleetCaPem = await readFile(join(pkiFolder, 'fleet-ca.crt'), 'utf8')
    const operations = await openOperations(broker, orderKey, fleetCaPem)
    cleanups.add(() => operations.close())
    await world.changeBundle({
      caPem: `${provider.ca.caPem}\n${broker.caPem}`,
      remoteControl: { brokerUrl: broker.url, ...remoteControl },
    })
    return {
      ...world,
      broker,
      operations,
      orderKey,
      pkiFolder,
      startHelper: (wrapper) => world.startHelper({}, wrapper),
      close: () => cleanups.run(),
    }
  } catch (error) {
    await cleanups.run()
    throw error
  }
}
