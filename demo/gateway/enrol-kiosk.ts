/** Puts a laptop's kiosk behind a gateway of its own: an authority, nginx, and a certificate in the kiosk's folder. Never beyond 127.0.0.1. */
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createPki,
  type DeviceCredentials,
  issueCertificate,
  renewCertificate,
  revokeCertificates,
  signList,
} from '../../fleet/pki/device-certificates.ts'
import type { Cleanups } from '../cleanups.ts'
import { type Gateway, type GatewayOptions, startGateway } from './start-gateway.ts'

type Pair = { cert: string; key: string }

export type KioskGateway = {
  gateway: Gateway
  pkiFolder: string
  /** For `kiosk.json`. */
  attestation: { gatewayUrl: string }
  /** Issues a certificate of the fleet. */
  issue(deviceId: string, options?: { now?: Date; days?: number }): Promise<Pair>
  /** Of another authority by the same name. */
  issueForeign(deviceId: string): Promise<Pair>
  /** A further one with a new key. */
  renew(deviceId: string): Promise<Pair>
  /** Puts a pair into the kiosk's folder, as something that renews it does. */
  install(pair: Pair): Promise<void>
  revoke(deviceId: string): Promise<void>
}

const AUTHORITY_DAYS = 3650
/** Far enough from its end for a doctor to have nothing to say. */
const DEVICE_DAYS = 90
const DAY_MS = 86_400_000

function pairOf({ certificatePem, keyPem }: DeviceCredentials): Pair {
  if (keyPem === null) throw new Error('the device keeps its key')
  return { cert: certificatePem, key: keyPem }
}

/** Each of the two files comes to be at once; the two together do not. */
export async function installPair(folder: string, { cert, key }: Pair): Promise<void> {
  const files = [
    { name: 'device.key', text: key, mode: 0o600 },
    { name: 'device.crt', text: cert, mode: 0o644 },
  ]
  for (const { name, text, mode } of files) {
    await writeFile(join(folder, `${name}.new`), text, { mode })
    await rename(join(folder, `${name}.new`), join(folder, name))
  }
}

/**
 * @param options.folders the kiosk's
 * @param options.deviceList as an operator writes it, such as `DR-0042 active`
 */
export async function startKioskGateway(
  options: Omit<GatewayOptions, 'folder' | 'pkiFolder'> & { folders: { work: string; device: string; trust: string } },
  cleanups: Pick<Cleanups, 'add'>,
): Promise<KioskGateway> {
  const { folders, ...settings } = options
  const pkiFolder = join(folders.work, 'pki')
  // Some years old, so that it has certificates of every age; the list of that time is as stale as any.
  const created = new Date(Date.now() - 2 * 365 * DAY_MS)
  await createPki({ folder: pkiFolder, name: 'Contoso kiosks', now: created, days: AUTHORITY_DAYS })
  await signList({ folder: pkiFolder, now: new Date() })
  const gateway = await startGateway({ ...settings, folder: join(folders.work, 'gateway'), pkiFolder })
  cleanups.add(() => gateway.close())
  await mkdir(folders.trust, { recursive: true, mode: 0o755 })
  await copyFile(join(pkiFolder, 'fleet-ca.crt'), join(folders.trust, 'fleet-ca.crt'))
  return {
    gateway,
    pkiFolder,
    attestation: { gatewayUrl: gateway.origin },
    issue: async (deviceId, { now: from = new Date(), days = DEVICE_DAYS } = {}) =>
      pairOf(await issueCertificate({ folder: pkiFolder, deviceId, now: from, days })),
    async issueForeign(deviceId) {
      const folder = join(folders.work, 'foreign-pki')
      await createPki({ folder, name: 'Contoso kiosks', now: new Date(), days: 30 })
      return pairOf(await issueCertificate({ folder, deviceId, now: new Date(), days: 10 }))
    },
    renew: async (deviceId) =>
      pairOf(await renewCertificate({ folder: pkiFolder, deviceId, now: new Date(), days: DEVICE_DAYS })),
    install: (pair) => installPair(folders.device, pair),
    async revoke(deviceId) {
      await revokeCertificates({ folder: pkiFolder, which: { deviceId }, reason: 'keyCompromise', now: new Date() })
      await gateway.reload()
    },
  }
}
