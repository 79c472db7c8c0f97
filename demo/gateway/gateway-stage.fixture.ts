/** Provider, gateway and a fleet of certificates, good and bad, for the gateway's tests. Never leaves a process behind. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createPki,
  type DeviceCredentials,
  issueCertificate,
  revokeCertificates,
  signList,
} from '../../fleet/pki/device-certificates.ts'
import { createCleanups } from '../cleanups.ts'
import { type IdentityProvider, startIdentityProvider } from '../identity-provider/identity-provider.ts'
import type { Credentials } from './device-client.ts'
import { type Gateway, type GatewayOptions, startGateway } from './start-gateway.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const YEAR_DAYS = 365

type AnyProvider = GatewayOptions['provider'] & { close(): Promise<void> }

export type GatewayStage<Provider = IdentityProvider> = {
  provider: Provider
  gateway: Gateway
  pkiFolder: string
  /** The provider's path as the gateway serves it. */
  at(path: string): string
  /** Issues a certificate of the fleet. */
  issue(deviceId: string, now?: Date, days?: number): Promise<NonNullable<Credentials>>
  revoke(deviceId: string): Promise<void>
  close(): Promise<void>
}

export function credentialsOf({ certificatePem, keyPem }: DeviceCredentials): NonNullable<Credentials> {
  if (keyPem === null) throw new Error('the device keeps its key')
  return { cert: certificatePem, key: keyPem }
}

/** An authority that is some years old, so that it has certificates of every age. */
async function makePki(folder: string): Promise<void> {
  const now = new Date(Date.now() - 3 * YEAR_DAYS * DAY_MS)
  await createPki({ folder, name: 'Contoso kiosks', now, days: 10 * YEAR_DAYS })
}

export function startDemoProvider(): Promise<IdentityProvider> {
  return startIdentityProvider({
    intervalSeconds: 1,
    codeLifetimeSeconds: 600,
    accessTokenLifetimeSeconds: 600,
    entraLike: false,
  })
}

export async function setGatewayStage<Provider extends AnyProvider>(
  startProvider: () => Promise<Provider>,
  options: Pick<GatewayOptions, 'nginxPath' | 'deviceList' | 'limits' | 'devices' | 'workers'>,
): Promise<GatewayStage<Provider>> {
  const cleanups = createCleanups()
  try {
    const folder = await mkdtemp(join(tmpdir(), 'kiosk-gateway-'))
    cleanups.add(() => rm(folder, { recursive: true, force: true }))
    const pkiFolder = join(folder, 'pki')
    await makePki(pkiFolder)
    // The list of three years ago is as stale as any.
    await signList({ folder: pkiFolder, now: new Date() })
    const provider = await startProvider()
    cleanups.add(() => provider.close())
    const gateway = await startGateway({ ...options, folder: join(folder, 'gateway'), pkiFolder, provider })
    cleanups.add(() => gateway.close())
    const { host } = new URL(provider.issuer)
    return {
      provider,
      gateway,
      pkiFolder,
      at: (path) => `/${host}${path}`,
      issue: async (deviceId, now = new Date(), days = YEAR_DAYS) =>
        credentialsOf(await issueCertificate({ folder: pkiFolder, deviceId, now, days })),
      async revoke(deviceId) {
        await revokeCertificates({ folder: pkiFolder, which: { deviceId }, reason: 'keyCompromise', now: new Date() })
      },
      close: () => cleanups.run(),
    }
  } catch (error) {
    await cleanups.run()
    throw error
  }
}
