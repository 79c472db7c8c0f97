/** The fixture of every spec: a provider, a kiosk under PM2 and a phone, all gone afterwards. Picks real Electron where it is. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test as base } from '@playwright/test'
import { type Cleanups, createCleanups } from '../demo/cleanups.ts'
import {
  type IdentityProvider,
  type IdentityProviderOptions,
  startIdentityProvider,
} from '../demo/identity-provider/identity-provider.ts'
import { trustSwitch } from '../demo/identity-provider/throwaway-ca.ts'
import { startThrowawayKeychain } from '../demo/keychain/throwaway-keychain.ts'
import { chooseShellRuntime, type KioskProcesses, startKioskProcesses } from '../demo/kiosk-processes.ts'
import { type KioskScreen, openKioskScreen } from '../demo/kiosk-screen.ts'
import { type KioskWatch, watchKiosk } from '../demo/kiosk-watch.ts'
import { openPhone, type Phone } from '../demo/phone.ts'
import { type ReceptionServers, startReceptionApp, VISITS_RESOURCE } from '../demo/reception-app/reception-app.ts'
import { type StaffPortalWorld, startStaffPortalWorld } from '../demo/staff-portal/staff-portal-world.ts'
import { makeWorkFolders, type WorkFolders, writeDemoBundle } from '../demo/work-folders.ts'
import { findChromium } from '../scripts/find-chromium.mjs'
import { type PretendedMachine, pretendMachine } from './pretended-machine.ts'

export type KioskWorldOptions = Partial<IdentityProviderOptions> & {
  session?: Record<string, unknown>
  vault?: Record<string, unknown>
  /** The bundle's section `screen`. */
  screenSettings?: Record<string, unknown>
  /** Hosts the demo's reception app after sign-in, or another that is started here. */
  reception?:
    | true
    | ((provider: IdentityProvider, cleanups: Cleanups) => Promise<{ url: string; apiOrigins: string[] }>)
  /** People sign in at their company's portal. */
  portal?: boolean
  /** More of what helper and shell are started with. */
  environment?: Record<string, string>
  /** A keychain of the run's own, as a person's session has one; none by default, as on a bare kiosk. */
  keychain?: boolean
  screen?: { width: number; height: number }
  /** A parent for the runtime folder that is not on tmpfs. */
  runtimeParent?: string
  /** Prepares the bundle folder otherwise than with a whole bundle. */
  prepareBundle?: (folder: string) => Promise<void>
}

export type KioskWorld = {
  provider: IdentityProvider
  /** Where the world was opened with it. */
  portal: StaffPortalWorld | null
  /** Where the world was opened with it. */
  reception: ReceptionServers | null
  folders: WorkFolders
  kiosk: KioskProcesses
  watch: KioskWatch
  /** What the shell runs on, where that is the stand-in. */
  machine: PretendedMachine
  /** The screen that is up now; ask again after the shell was restarted. */
  screen(): Promise<KioskScreen>
  phone: Phone
  /** Names of the files in the vault. */
  vaultFiles(): Promise<string[]>
  log(): Promise<string>
}

const OPENID_SCOPES = ['openid', 'profile', 'offline_access']

const FAST: IdentityProviderOptions = {
  intervalSeconds: 1,
  codeLifetimeSeconds: 300,
  accessTokenLifetimeSeconds: 300,
  entraLike: false,
}

/** Opens a world; `cleanups` run when the test is over. */
async function openWorld(options: KioskWorldOptions, cleanups: Cleanups): Promise<KioskWorld> {
  const {
    session,
    vault,
    screenSettings,
    keychain,
    reception: wanted,
    portal: wantsPortal,
    environment: more,
    screen = { width: 1920, height: 1080 },
    ...rest
  } = options
  const { runtimeParent, prepareBundle, ...providerOptions } = rest
  const chromiumPath = findChromium()
  if (chromiumPath === null) throw new Error('no Chromium: run "npm run setup"')
  const folders = await makeWorkFolders(runtimeParent)
  cleanups.add(() => folders.remove())
  const settings = { ...FAST, ...(wanted && { api: VISITS_RESOURCE }), ...providerOptions }
  const portal = wantsPortal ? await startStaffPortalWorld(settings) : null
  const provider = portal?.provider ?? (await startIdentityProvider(settings))
  cleanups.add(() => (portal ?? provider).close())
  const { issuer, clientId, ca } = provider
  const entraLike = options.entraLike ?? false
  const reception = wanted === true ? await startReceptionApp(provider) : null
  cleanups.add(async () => reception?.close())
  const app = typeof wanted === 'function' ? await wanted(provider, cleanups) : reception?.app
  await writeDemoBundle(folders.bundle, {
    issuer,
    clientId,
    caPem: ca.caPem,
    entraLike,
    ...(session && { session }),
    ...(vault && { vault }),
    ...(screenSettings && { screen: screenSettings }),
    ...(app && { app, identity: { scopes: [...OPENID_SCOPES, ...VISITS_RESOURCE.scopes] } }),
  })
  await prepareBundle?.(folders.bundle)
  const ownKeychain = keychain ? await startThrowawayKeychain({ unlocked: true }) : null
  cleanups.add(async () => ownKeychain?.close())
  const controlPath = join(folders.work, 'machine.sock')
  const environment = { ...ownKeychain?.environment, STAND_IN_CONTROL: controlPath, ...more }
  const kiosk = await startKioskProcesses(folders, {
    ...{ screen, headed: false, environment },
    shellSwitches: [trustSwitch(ca)],
  })
  cleanups.add(() => kiosk.stop())
  const watch = watchKiosk(folders.runtime)
  cleanups.add(() => watch.stop())
  const phone = await openPhone({
    chromiumPath,
    serverSpkiSha256: ca.serverSpkiSha256,
    workFolder: join(folders.work, 'phone'),
  })
  cleanups.add(() => phone.close())
  return {
    provider,
    portal,
    reception,
    folders,
    kiosk,
    watch,
    machine: pretendMachine(controlPath),
    phone,
    async screen() {
      const opened = await openKioskScreen(kiosk.shellDataFolder)
      cleanups.add(() => opened.close())
      return opened
    },
    vaultFiles: () => readdir(join(folders.runtime, 'vault')),
    log: () => readFile(kiosk.logPath, 'utf8'),
  }
}

export const test = base.extend<{ openWorld: (options?: KioskWorldOptions) => Promise<KioskWorld> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  openWorld: async ({}, use, testInfo) => {
    const cleanups = createCleanups()
    let world: KioskWorld | undefined
    await use(async (options = {}) => {
      world = await openWorld(options, cleanups)
      return world
    })
    if (world && testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('kiosk.log', { body: await world.log(), contentType: 'text/plain' })
      console.log(await world.log())
    }
    const lines = (await world?.log())?.split('\n') ?? []
    await cleanups.run()
    // The shell logs what its page's console says.
    const violations = lines.filter((line) => /Content Security Policy/i.test(line))
    base.expect(violations, 'violations of the content security policy').toEqual([])
    const gaps = lines.filter((line) => line.includes('electron stand-in:'))
    base.expect(gaps, 'what the shell asked of the stand-in in vain').toEqual([])
  },
})

export { expect } from '@playwright/test'

/** The demo's first member of staff. */
export function firstStaff({ provider }: KioskWorld): { name: string } {
  const [account] = provider.staff
  if (!account) throw new Error('the provider has no staff')
  return account
}

/** Plays everybody up to the signed-in screen. */
export async function signIn(world: KioskWorld): Promise<KioskScreen> {
  const screen = await world.screen()
  const { session } = await world.watch.until('awaitingApproval')
  await world.phone.approve({ url: session.qrText, userCode: session.userCode, account: firstStaff(world) })
  await screen.shows('confirming')
  await screen.press('Start shift')
  await screen.shows('signedIn')
  return screen
}

/** For what only the stand-in can be told to do: counted as *not run* elsewhere, never as passed. */
export function needsStandIn(what: string): void {
  if (chooseShellRuntime().runtime !== 'electron') return
  const description = `${what}: needs the stand-in`
  test.info().annotations.push({ type: 'not-run', description })
  test.skip(true, description)
}
