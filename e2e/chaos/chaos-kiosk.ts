/** The kiosk of the chaos run: real provider, PM2, helper and shell, a person at the glass and a camera before it. */
import type { Cleanups } from '../../demo/cleanups.ts'
import { type HostileProvider, startHostileProvider } from '../../demo/hostile-provider/hostile-provider.ts'
import { type KioskProcesses, startKioskProcesses } from '../../demo/kiosk-processes.ts'
import { type KioskWatch, watchKiosk } from '../../demo/kiosk-watch.ts'
import { makeWorkFolders, writeDemoBundle } from '../../demo/work-folders.ts'
import { type Glass, openGlass } from './glass.ts'

/** How far somebody has got when the kill comes. */
export const MOMENTS = ['at rest', 'while a code is shown', 'in a session'] as const
export type Moment = (typeof MOMENTS)[number]

export type ChaosKiosk = {
  provider: HostileProvider
  processes: KioskProcesses
  watch: KioskWatch
  glass: Glass
  /** Whoever signs in; nobody else may ever see this name. */
  personName: string
  /** Somebody comes, and gets as far as this. */
  bringTo(moment: Moment): Promise<void>
}

/** A kiosk that rests as soon as nobody is there, and that gives new codes as often as the run wants them. */
const SESSION = { start: 'touch', maxUnattendedCodes: 1 }
const LIMIT_MS = 30_000

export async function openChaosKiosk(cleanups: Cleanups): Promise<ChaosKiosk> {
  const folders = await makeWorkFolders()
  cleanups.add(() => folders.remove())
  const provider = await startHostileProvider({ intervalSeconds: 1, accessTokenLifetimeSeconds: 60 })
  cleanups.add(() => provider.close())
  const { issuer, clientId, ca, staff } = provider
  const [person] = staff
  if (!person) throw new Error('the provider has no staff')
  await writeDemoBundle(folders.bundle, { issuer, clientId, caPem: ca.caPem, entraLike: false, session: SESSION })
  const processes = await startKioskProcesses(folders, { screen: { width: 1920, height: 1080 }, headed: false })
  cleanups.add(() => processes.stop())
  const watch = watchKiosk(folders.runtime)
  cleanups.add(() => watch.stop())
  const glass = openGlass(processes.shellDataFolder)
  cleanups.add(() => glass.close())

  /** From a code on the screen to a running shift. */
  async function signIn(): Promise<void> {
    const { session } = await watch.until('awaitingApproval', { limitMs: LIMIT_MS })
    await provider.approve(session.userCode)
    await watch.until('confirming', { limitMs: LIMIT_MS })
    await glass.press('Start shift')
    await watch.until('signedIn', { limitMs: LIMIT_MS })
  }

  /** Nobody walks away from a code: it is used, and the shift ended at once. */
  async function rest(): Promise<void> {
    if (watch.seen.at(-1)?.session.kind === 'awaitingApproval') await signIn()
    if (watch.seen.at(-1)?.session.kind === 'signedIn') await glass.press('End shift')
    await watch.until('attract', { limitMs: LIMIT_MS })
  }

  return {
    provider,
    processes,
    watch,
    glass,
    personName: person.givenName,
    async bringTo(moment) {
      await rest()
      if (moment === 'at rest') return
      await glass.press('Touch to sign in')
      await watch.until('awaitingApproval', { limitMs: LIMIT_MS })
      if (moment === 'in a session') await signIn()
    },
  }
}
