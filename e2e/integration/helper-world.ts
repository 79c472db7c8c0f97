/** A provider, a bundle and a helper process for one test, all gone afterwards. */
import { join } from 'node:path'
import { createCleanups } from '../../demo/cleanups.ts'
import { type KioskGateway, startKioskGateway } from '../../demo/gateway/enrol-kiosk.ts'
import { findNginx } from '../../demo/gateway/find-nginx.ts'
import { type HelperProcess, startHelperProcess } from '../../demo/helper-process.ts'
import { type HostileProvider, startHostileProvider } from '../../demo/hostile-provider/hostile-provider.ts'
import {
  type IdentityProvider,
  type IdentityProviderOptions,
  startIdentityProvider,
} from '../../demo/identity-provider/identity-provider.ts'
import { type KioskWatch, watchKiosk } from '../../demo/kiosk-watch.ts'
import { openPhone, type Phone } from '../../demo/phone.ts'
import { type StaffPortalWorld, startStaffPortalWorld } from '../../demo/staff-portal/staff-portal-world.ts'
import { type DemoBundle, makeWorkFolders, type WorkFolders, writeDemoBundle } from '../../demo/work-folders.ts'
import { findChromium } from '../../scripts/find-chromium.mjs'

export type HelperWorld<P extends IdentityProvider = IdentityProvider> = {
  provider: P
  folders: WorkFolders
  watch: KioskWatch
  /** Writes the bundle anew, for the next start of the helper. */
  changeBundle(settings: Partial<DemoBundle>): Promise<void>
  /** @param environment more of it, such as HTTPS_PROXY; @param wrapper a program that becomes the helper */
  startHelper(environment?: Readonly<Record<string, string>>, wrapper?: readonly string[]): Promise<HelperProcess>
  openPhone(): Promise<Phone>
  close(): Promise<void>
}

type WorldOptions = Partial<IdentityProviderOptions> & { session?: Record<string, unknown> }

const FAST: IdentityProviderOptions = {
  intervalSeconds: 1,
  codeLifetimeSeconds: 120,
  accessTokenLifetimeSeconds: 300,
  entraLike: false,
}

async function openWorldOf<P extends IdentityProvider>(
  startProvider: (options: IdentityProviderOptions) => Promise<P>,
  { session, ...providerOptions }: WorldOptions,
): Promise<HelperWorld<P>> {
  const options = { ...FAST, ...providerOptions }
  const provider = await startProvider(options)
  const folders = await makeWorkFolders()
  const { issuer, clientId, ca } = provider
  const { entraLike } = options
  const bundle: DemoBundle = { issuer, clientId, caPem: ca.caPem, entraLike, ...(session && { session }) }
  await writeDemoBundle(folders.bundle, bundle)
  const watch = watchKiosk(folders.runtime)
  const cleanups = createCleanups()
  cleanups.add(() => folders.remove())
  cleanups.add(() => provider.close())
  cleanups.add(() => watch.stop())
  return {
    provider,
    folders,
    watch,
    changeBundle: (settings) => writeDemoBundle(folders.bundle, { ...bundle, ...settings }),
    async startHelper(environment, wrapper = []) {
      const helper = await startHelperProcess(folders, environment, { wrapper })
      cleanups.add(() => helper.stop())
      return helper
    },
    async openPhone() {
      const chromiumPath = findChromium()
      if (chromiumPath === null) throw new Error('no Chromium: run "npm run setup"')
      const workFolder = join(folders.work, 'phone')
      const phone = await openPhone({ chromiumPath, serverSpkiSha256: ca.serverSpkiSha256, workFolder })
      cleanups.add(() => phone.close())
      return phone
    },
    close: () => cleanups.run(),
  }
}

/** Starts a gateway for a world's kiosk, whose bundle names it from then on; it has no certificate yet. */
export async function openGatewayWorld(
  options: WorldOptions & { deviceList: string; limits?: Readonly<Record<string, number>> },
): Promise<HelperWorld & KioskGateway> {
  const { deviceList, limits, ...worldOptions } = options
  const nginxPath = findNginx()
  if (nginxPath === null) throw new Error('no nginx: run "npm run setup"')
  const world = await openHelperWorld(worldOptions)
  const cleanups = createCleanups()
  cleanups.add(() => world.close())
  const { folders, provider } = world
  const given = { folders, provider, nginxPath, deviceList, ...(limits && { limits }) }
  const gateway = await startKioskGateway(given, cleanups)
  const session = { start: 'touch', ...options.session }
  await world.changeBundle({
    session,
    attestation: gateway.attestation,
    caPem: `${provider.ca.caPem}\n${gateway.gateway.caPem}`,
  })
  return { ...world, ...gateway, close: () => cleanups.run() }
}

export function openHelperWorld(options: WorldOptions = {}): Promise<HelperWorld> {
  return openWorldOf(startIdentityProvider, options)
}

export type HostileWorld = HelperWorld<HostileProvider>

/** With a provider that fails by script. */
export function openHostileWorld(options: WorldOptions = {}): Promise<HostileWorld> {
  return openWorldOf(startHostileProvider, options)
}

/** Whose staff sign in at their company's portal. */
export type PortalHelperWorld = HelperWorld<IdentityProvider & { portal: StaffPortalWorld }>

export function openPortalHelperWorld(options: WorldOptions = {}): Promise<PortalHelperWorld> {
  return openWorldOf(async (settings) => {
    const portal = await startStaffPortalWorld(settings)
    return { ...portal.provider, portal, close: portal.close }
  }, options)
}

/** The demo's first member of staff. */
export function firstStaff({ provider }: Pick<HelperWorld, 'provider'>): { name: string } {
  const [account] = provider.staff
  if (!account) throw new Error('the provider has no staff')
  return account
}
