/** A broker, a fleet's authority and an operator with their files, in one folder. Gone afterwards. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { createPki } from '../../fleet/pki/device-certificates.ts'
import { createOperationsKey } from '../../fleet/pki/operations-keys.ts'
import { createCleanups } from '../cleanups.ts'
import { type PretendedKiosk, startPretendedKiosk } from './pretended-kiosk.ts'
import { type Broker, type BrokerOptions, startBroker } from './start-broker.ts'

export type FleetWorld = {
  folder: string
  pkiFolder: string
  broker: Broker
  /** `fleet.json` of an operator who may do everything. */
  settingsFile: string
  /** The public half of the operator's key for orders, as kiosks pin it. */
  orderKey: JWK
  addKiosk(
    deviceId: string,
    more?: Partial<Omit<Parameters<typeof startPretendedKiosk>[0], 'broker' | 'pkiFolder' | 'deviceId'>>,
  ): Promise<PretendedKiosk>
  close(): Promise<void>
}

/** Writes `fleet.json` and the files that it names, for an operator of this broker. @returns its path */
export async function writeOperatorFiles(options: {
  folder: string
  pkiFolder: string
  broker: Broker
  brokerUrl?: string
}): Promise<string> {
  const { folder, pkiFolder, broker, brokerUrl = broker.operatorsUrl } = options
  await writeFile(join(folder, 'broker-ca.crt'), broker.caPem)
  await writeFile(join(folder, 'operator.crt'), broker.operator.cert)
  await writeFile(join(folder, 'operator.key'), broker.operator.key, { mode: 0o600 })
  const settings = {
    version: 1,
    brokerUrl,
    brokerCaFile: 'broker-ca.crt',
    certificateFile: 'operator.crt',
    keyFile: 'operator.key',
    orderKeyFile: join(pkiFolder, 'orders.private.jwk'),
    fleetCaFile: join(pkiFolder, 'fleet-ca.crt'),
    fleetCrlFile: join(pkiFolder, 'fleet-ca.crl'),
  }
  const settingsFile = join(folder, 'fleet.json')
  await writeFile(settingsFile, `${JSON.stringify(settings, null, 2)}\n`)
  return settingsFile
}

export async function openFleetWorld(options: {
  mosquittoPath: string
  broker?: Partial<BrokerOptions>
  overWebSockets?: boolean
}): Promise<FleetWorld> {
  const cleanups = createCleanups()
  try {
    const folder = await mkdtemp(join(tmpdir(), 'kiosk-fleet-'))
    cleanups.add(() => rm(folder, { recursive: true, force: true }))
    const pkiFolder = join(folder, 'pki')
    const now = new Date()
    await createPki({ folder: pkiFolder, name: 'Demo kiosks', now, days: 30 })
    const key = { name: 'orders', purpose: 'orders', algorithm: 'EdDSA' } as const
    await createOperationsKey({ folder: pkiFolder, outFolder: pkiFolder, now, ...key })
    const orderKey: JWK = JSON.parse(await readFile(join(pkiFolder, 'orders.public.jwk'), 'utf8'))
    const { mosquittoPath } = options
    const broker = await startBroker({ mosquittoPath, folder: join(folder, 'broker'), pkiFolder, ...options.broker })
    cleanups.add(() => broker.close())
    const brokerUrl = options.overWebSockets ? broker.websocketsUrl : broker.operatorsUrl
    const settingsFile = await writeOperatorFiles({ folder, pkiFolder, broker, brokerUrl })
    return {
      folder,
      pkiFolder,
      broker,
      settingsFile,
      orderKey,
      async addKiosk(deviceId, more) {
        const kiosk = await startPretendedKiosk({ broker, pkiFolder, deviceId, orderKey, ...more })
        cleanups.add(() => kiosk.disconnect().catch(() => {}))
        return kiosk
      },
      close: () => cleanups.run(),
    }
  } catch (error) {
    await cleanups.run()
    throw error
  }
}
