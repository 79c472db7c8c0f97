/** A provider and a whole kiosk under PM2 for the paint bench, all gone afterwards. No phone: the provider approves by itself. */
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { Cleanups } from '../../demo/cleanups.ts'
import { type IdentityProvider, startIdentityProvider } from '../../demo/identity-provider/identity-provider.ts'
import { trustSwitch } from '../../demo/identity-provider/throwaway-ca.ts'
import { type KioskProcesses, startKioskProcesses } from '../../demo/kiosk-processes.ts'
import { type KioskScreen, openKioskScreen } from '../../demo/kiosk-screen.ts'
import { watchKiosk } from '../../demo/kiosk-watch.ts'
import { followSnapshots } from '../../demo/screen-link.ts'
import { makeWorkFolders, writeDemoBundle } from '../../demo/work-folders.ts'

const LIMIT_MS = 30_000

export type PaintKiosk = {
  provider: IdentityProvider
  kiosk: KioskProcesses
  /** Called with every change and every paint from now on. */
  onSnapshot(listener: (snapshot: KioskSnapshot) => void): void
  /** Resolves with the first snapshot, the present one or a later one, that passes the test. */
  until(what: string, test: (snapshot: KioskSnapshot) => boolean): Promise<KioskSnapshot>
  /** The screen that is up now. */
  screen(): Promise<KioskScreen>
}

export async function openPaintKiosk(cleanups: Cleanups): Promise<PaintKiosk> {
  const folders = await makeWorkFolders()
  cleanups.add(() => folders.remove())
  const provider = await startIdentityProvider({
    intervalSeconds: 1,
    codeLifetimeSeconds: 300,
    accessTokenLifetimeSeconds: 300,
    entraLike: false,
  })
  cleanups.add(() => provider.close())
  const { issuer, clientId, ca } = provider
  await writeDemoBundle(folders.bundle, {
    ...{ issuer, clientId, caPem: ca.caPem, entraLike: false },
    // A helper that starts anew between two people would be another clock.
    vault: { forgetAfterSeconds: null },
  })
  const kiosk = await startKioskProcesses(folders, {
    screen: { width: 1920, height: 1080 },
    headed: false,
    shellSwitches: [trustSwitch(ca)],
  })
  cleanups.add(() => kiosk.stop())
  const watch = watchKiosk(folders.runtime)
  // Once the helper answers.
  await watch.until('awaitingApproval').finally(() => watch.stop())
  const listeners = new Set<(snapshot: KioskSnapshot) => void>()
  let latest: KioskSnapshot | null = null
  cleanups.add(
    await followSnapshots(folders.runtime, (snapshot) => {
      latest = snapshot
      for (const listener of [...listeners]) listener(snapshot)
    }),
  )
  return {
    provider,
    kiosk,
    screen: () => openKioskScreen(kiosk.shellDataFolder),
    onSnapshot: (listener) => void listeners.add(listener),
    async until(what, test) {
      if (latest !== null && test(latest)) return latest
      const { promise, resolve, reject } = Promise.withResolvers<KioskSnapshot>()
      const listener = (snapshot: KioskSnapshot) => test(snapshot) && resolve(snapshot)
      const limit = setTimeout(() => reject(new Error(`no ${what} within ${LIMIT_MS} ms`)), LIMIT_MS)
      listeners.add(listener)
      return promise.finally(() => {
        clearTimeout(limit)
        listeners.delete(listener)
      })
    },
  }
}
