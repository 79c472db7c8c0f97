/** The kiosk of the shell's soak: real provider, PM2, helper, shell and hosted app, with a person at the glass. */
import { join } from 'node:path'
import type { Cleanups } from '../../demo/cleanups.ts'
import { type IdentityProvider, startIdentityProvider } from '../../demo/identity-provider/identity-provider.ts'
import { trustSwitch } from '../../demo/identity-provider/throwaway-ca.ts'
import { type KioskProcesses, startKioskProcesses } from '../../demo/kiosk-processes.ts'
import { type KioskScreen, openKioskScreen } from '../../demo/kiosk-screen.ts'
import { type KioskWatch, watchKiosk } from '../../demo/kiosk-watch.ts'
import { startReceptionApp, VISITS_RESOURCE } from '../../demo/reception-app/reception-app.ts'
import { makeWorkFolders, writeDemoBundle } from '../../demo/work-folders.ts'
import { pretendMachine } from '../pretended-machine.ts'

/** Fifteen seconds are the shortest idle limit; one helper lives through it all, so that it can grow. */
const SESSION = { start: 'touch', idleMinutes: 0.25 }
const VAULT = { forgetAfterSeconds: null }

export type SoakKiosk = {
  provider: IdentityProvider
  processes: KioskProcesses
  watch: KioskWatch
  screen: KioskScreen
  /** In the shell and its page, which else keep garbage for as long as there is room; the helper does it by itself. */
  collectGarbage(): Promise<void>
}

export async function openSoakKiosk(cleanups: Cleanups): Promise<SoakKiosk> {
  const folders = await makeWorkFolders()
  cleanups.add(() => folders.remove())
  const provider = await startIdentityProvider({
    ...{ intervalSeconds: 1, codeLifetimeSeconds: 300, accessTokenLifetimeSeconds: 300, entraLike: false },
    api: VISITS_RESOURCE,
  })
  cleanups.add(() => provider.close())
  const reception = await startReceptionApp(provider)
  cleanups.add(() => reception.close())
  const { issuer, clientId, ca } = provider
  await writeDemoBundle(folders.bundle, {
    ...{ issuer, clientId, caPem: ca.caPem, entraLike: false, session: SESSION, vault: VAULT },
    app: reception.app,
    identity: { scopes: reception.scopes },
  })
  const controlPath = join(folders.work, 'machine.sock')
  const processes = await startKioskProcesses(folders, {
    ...{ screen: { width: 1920, height: 1080 }, headed: false, environment: { STAND_IN_CONTROL: controlPath } },
    shellSwitches: [trustSwitch(ca)],
  })
  cleanups.add(() => processes.stop())
  const watch = watchKiosk(folders.runtime)
  cleanups.add(() => watch.stop())
  const screen = await openKioskScreen(processes.shellDataFolder, { limitMs: 30_000 })
  cleanups.add(() => screen.close())
  const devTools = await screen.page.context().newCDPSession(screen.page)
  return {
    ...{ provider, processes, watch, screen },
    async collectGarbage() {
      await devTools.send('HeapProfiler.collectGarbage')
      // Electron's main process cannot be asked: there the slope is that of a heap that fills.
      if (processes.runtime === 'chromium-stand-in') await pretendMachine(controlPath).collectGarbage()
    },
  }
}
