/** electron-builder's `afterPack`: the application's fuses, then what lies beside it, and the list of all of it. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { flipFusesBelow } from './flip-fuses.mjs'
import { layResources } from './package/lay-resources.mjs'
import { layWindowsRuntime, RUNTIME_VARIABLE } from './package/windows-runtime.mjs'
import { writeManifest } from './package/write-manifest.mjs'
import { describePackage } from './package-files.mjs'

/** @param {{ appOutDir: string, electronPlatformName: 'linux' | 'win32' | 'darwin' }} context */
export async function afterPack({ appOutDir, electronPlatformName }) {
  await flipFusesBelow(appOutDir)
  // It would have to be root's with the setuid bit, which no unit of ours lets count: Chromium's sandbox is made of user namespaces.
  rmSync(join(appOutDir, 'chrome-sandbox'), { force: true })
  const found = describePackage(appOutDir)
  if (found === null) return
  layResources(found.resources, 'electron', electronPlatformName)
  const runtime = process.env[RUNTIME_VARIABLE]
  if (runtime && electronPlatformName === 'win32') layWindowsRuntime(found.resources, runtime)
  await writeManifest(found.resources)
}
