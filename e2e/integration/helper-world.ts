/** A provider, a bundle and a helper process for one test, all gone afterwards. */
import { join } from 'node:path'
import { createCleanups } from '../../demo/cleanups.ts'
import { type HelperProcess, startHelperProcess } from '../../demo/helper-process.ts'
import {
  type IdentityProvider,
  type IdentityProviderOptions,
  startIdentityProvider,
} from '../../demo/identity-provider/identity-provider.ts'
import { type KioskWatch, watchKiosk } from '../../demo/kiosk-watch.ts'
import { openPhone, type Phone } from '../../demo/phone.ts'
import { makeWorkFolders, type WorkFolders, writeDemoBundle } from '../../demo/work-folders.ts'
import { findChromium } from '../../scripts/find-chromium.mjs'

export type HelperWorld = {
  provider: IdentityProvider
  folders: WorkFolders
  watch: KioskWatch
  startHelper(): Promise<HelperProcess>
  openPhone(): Promise<Phone>
  close(): Promise<void>
}

const FAST: IdentityProviderOptions = {
  intervalSeconds: 1,
  codeLifetimeSeconds: 120,
  accessTokenLifetimeSeconds: 300,
  entraLike: false,
}

export async function openHelperWorld(
  options: Partial<IdentityProviderOptions> & { session?: Record<string, unknown> } = {},
): Promise<HelperWorld> {
  const { session, ...providerOptions } = options
  const provider = await startIdentityProvider({ ...FAST, ...providerOptions })
  const folders = await makeWorkFolders()
  const { issuer, clientId, ca } = provider
  const entraLike = options.entraLike ?? false
  await writeDemoBundle(folders.bundle, { issuer, clientId, caPem: ca.caPem, entraLike, ...(session && { session }) })
  const watch = watchKiosk(folders.runtime)
  const cleanups = createCleanups()
  cleanups.add(() => folders.remove())
  cleanups.add(() => provider.close())
  cleanups.add(() => watch.stop())
  return {
    provider,
    folders,
    watch,
    async startHelper() {
      const helper = await startHelperProcess(folders)
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

/** The demo's first member of staff. */
export function firstStaff({ provider }: HelperWorld): { name: string } {
  const [account] = provider.staff
  if (!account) throw new Error('the provider has no staff')
  return account
}
