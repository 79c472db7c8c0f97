/** Sets all fuses of a packed application. electron-builder's own `electronFuses` knows eight, and Electron has nine. */
import { FuseVersion, flipFuses } from '@electron/fuses'
import { fuseSettings } from './fuse-list.mjs'
import { countWires } from './fuse-wire.mjs'
import { filesBelow } from './package-files.mjs'

/**
 * @param {string} appOutDir where the packager has laid it
 * @throws Error when the package holds no fuse, or Electron has one that scripts/fuse-list.mjs does not know
 */
export async function flipFusesBelow(appOutDir) {
  const executables = filesBelow(appOutDir).filter(({ path }) => countWires(path) > 0)
  if (executables.length === 0) throw new Error(`no file below ${appOutDir} holds a fuse wire: is that Electron?`)
  for (const { path } of executables) {
    await flipFuses(path, { version: FuseVersion.V1, strictlyRequireAllFuses: true, ...fuseSettings() })
  }
}
