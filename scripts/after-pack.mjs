/** electron-builder's `afterPack`: what lies beside the application, then its fuses. */
import { flipFusesBelow } from './flip-fuses.mjs'
import { layResources } from './package/lay-resources.mjs'
import { describePackage } from './package-files.mjs'

/** @param {{ appOutDir: string, electronPlatformName: 'linux' | 'win32' | 'darwin' }} context */
export async function afterPack({ appOutDir, electronPlatformName }) {
  const found = describePackage(appOutDir)
  if (found !== null) layResources(found.resources, 'electron', electronPlatformName)
  await flipFusesBelow(appOutDir)
}
