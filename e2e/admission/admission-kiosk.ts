/** A kiosk behind a gateway, with a provider that keeps a list of what reached it, and a screen. Linux only. */
import { X509Certificate } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cleanups } from '../../demo/cleanups.ts'
import { type KioskGateway, startKioskGateway } from '../../demo/gateway/enrol-kiosk.ts'
import { findNginx } from '../../demo/gateway/find-nginx.ts'
import { startHelperProcess } from '../../demo/helper-process.ts'
import { type HostileProvider, startHostileProvider } from '../../demo/hostile-provider/hostile-provider.ts'
import { DEMO_DEVICE_ID, makeWorkFolders, writeDemoBundle } from '../../demo/work-folders.ts'
import { type DrillScreen, openDrillScreen } from '../drills/drill-screen.ts'
import { until } from '../drills/within.ts'

export const ACTIVE_LIST = `${DEMO_DEVICE_ID} active`
/** A renewal comes soon, and the gateway is asked again after a quarter of a minute. */
const ACCESS_TOKEN_SECONDS = 12
const RECHECK_MINUTES = 0.25

export type AdmissionKiosk = KioskGateway & {
  provider: HostileProvider
  screen: DrillScreen
  /** Everything that the helper has said. */
  output(): string
  vaultFiles(): Promise<string[]>
  /** Waits for a request with this certificate. */
  seeCertificate(pem: string): Promise<void>
}

export async function openAdmissionKiosk(cleanups: Cleanups): Promise<AdmissionKiosk> {
  const nginxPath = findNginx()
  if (nginxPath === null) throw new Error('no nginx: run "npm run setup"')
  const folders = await makeWorkFolders()
  cleanups.add(() => folders.remove())
  const provider = await startHostileProvider({ accessTokenLifetimeSeconds: ACCESS_TOKEN_SECONDS })
  cleanups.add(() => provider.close())
  const kiosk = await startKioskGateway({ folders, provider, nginxPath, deviceList: ACTIVE_LIST }, cleanups)
  await kiosk.install(await kiosk.issue(DEMO_DEVICE_ID))
  await writeDemoBundle(folders.bundle, {
    issuer: provider.issuer,
    clientId: provider.clientId,
    // The provider's as well: nothing but the helper itself keeps it from going there directly.
    caPem: `${provider.ca.caPem}\n${kiosk.gateway.caPem}`,
    entraLike: false,
    session: { start: 'touch', confirmSeconds: 300 },
    attestation: { ...kiosk.attestation, recheckMinutes: RECHECK_MINUTES },
  })
  const screen = openDrillScreen(folders.runtime)
  cleanups.add(() => screen.close())
  const helper = await startHelperProcess(folders)
  cleanups.add(() => helper.stop())
  return {
    ...kiosk,
    provider,
    screen,
    output: () => helper.output(),
    vaultFiles: () => readdir(join(folders.runtime, 'vault')),
    async seeCertificate(pem) {
      const serial = new X509Certificate(pem).serialNumber.toLowerCase()
      await until('a request with the new certificate', async () =>
        (await kiosk.gateway.accessLog()).some(({ certificate }) => String(certificate).toLowerCase() === serial),
      )
    },
  }
}
