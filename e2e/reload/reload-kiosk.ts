/** A kiosk whose bundle is signed, with a helper that is started anew as PM2 does it, and a screen that comes back. Linux only. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { Cleanups } from '../../demo/cleanups.ts'
import { type HelperProcess, startHelperProcess } from '../../demo/helper-process.ts'
import { type HostileProvider, startHostileProvider } from '../../demo/hostile-provider/hostile-provider.ts'
import { type DemoBundle, makeWorkFolders, type WorkFolders, writeDemoBundle } from '../../demo/work-folders.ts'
import { type DrillScreen, openDrillScreen } from '../drills/drill-screen.ts'
import { until } from '../drills/within.ts'

const KIOSKCTL = join(import.meta.dirname, '..', '..', 'dist', 'helper', 'kioskctl.mjs')

/** What the first bundle is signed as. */
export const FIRST_VERSION = 5

export type ReloadSettings = Partial<DemoBundle> & { brandName?: string }

export type ReloadKiosk = {
  provider: HostileProvider
  /** Another company's. */
  otherProvider: HostileProvider
  folders: WorkFolders
  screen: DrillScreen
  /** Makes a bundle and signs it, elsewhere. @returns its folder */
  prepare(version: number, settings?: ReloadSettings): Promise<string>
  /** Puts the files of a prepared bundle into the kiosk's. */
  install(prepared: string, names?: readonly string[]): Promise<void>
  read(prepared: string): Promise<string>
  startHelper(): Promise<void>
  /** @returns the first snapshot that passes */
  see(what: string, isTrue: (snapshot: KioskSnapshot) => boolean): Promise<KioskSnapshot>
  /** Everything that all its helpers have said. */
  output(): string
}

async function kioskctl(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [KIOSKCTL, 'bundle', ...args])
  return stdout
}

export async function openReloadKiosk(cleanups: Cleanups): Promise<ReloadKiosk> {
  const folders = await makeWorkFolders()
  cleanups.add(() => folders.remove())
  const provider = await startHostileProvider()
  cleanups.add(() => provider.close())
  const otherProvider = await startHostileProvider()
  cleanups.add(() => otherProvider.close())
  const keyPath = join(folders.work, 'key.json')
  await mkdir(folders.trust, { mode: 0o755 })
  await kioskctl('keygen', '--key', keyPath)
  const keys = await kioskctl('public-keys', '--key', keyPath)
  await writeFile(join(folders.trust, 'bundle-keys.json'), keys, { mode: 0o644 })
  const screen = openDrillScreen(folders.runtime)
  cleanups.add(() => screen.close())
  const helpers: HelperProcess[] = []
  let isClosing = false
  cleanups.add(async () => {
    isClosing = true
    await helpers.at(-1)?.stop()
  })

  /** Whatever ends it, the next one comes. */
  async function startHelper(): Promise<void> {
    const helper = await startHelperProcess(folders)
    helpers.push(helper)
    void helper.exited.then(async () => {
      if (!isClosing) await startHelper()
    })
  }

  return {
    provider,
    otherProvider,
    folders,
    screen,
    startHelper,
    output: () => helpers.map((helper) => helper.output()).join(''),
    async prepare(version, { brandName = 'Contoso', ...settings } = {}) {
      const folder = await mkdtemp(join(folders.work, 'prepared-'))
      await writeDemoBundle(folder, {
        issuer: provider.issuer,
        clientId: provider.clientId,
        // Both, so that a change of provider is one of the issuer alone.
        caPem: `${provider.ca.caPem}\n${otherProvider.ca.caPem}`,
        entraLike: false,
        ...settings,
        session: { start: 'touch', ...settings.session },
      })
      const path = join(folder, 'kiosk.json')
      await writeFile(path, (await readFile(path, 'utf8')).replace('Contoso Reception', brandName))
      await kioskctl('sign', '--key', keyPath, '--version', `${version}`, folder)
      return folder
    },
    async install(prepared, names) {
      for (const name of names ?? (await readdir(prepared))) {
        await copyFile(join(prepared, name), join(folders.bundle, name))
      }
    },
    read: (prepared) => readFile(join(prepared, 'kiosk.json'), 'utf8'),
    async see(what, isTrue) {
      let seen: KioskSnapshot | null = null
      await until(what, () => {
        seen = screen.snapshot()
        return seen !== null && isTrue(seen)
      }).catch((error: unknown) => {
        const { session, bundle } = seen ?? {}
        throw new Error(
          `${error instanceof Error ? error.message : error}; last seen: ${JSON.stringify({ session, bundle })}`,
        )
      })
      return seen as unknown as KioskSnapshot
    },
  }
}
