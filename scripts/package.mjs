/** `npm run package`: the application folder, by electron-builder. Never makes a package without Electron's own executable. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const electronFolder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(ROOT, 'node_modules', 'electron', 'dist')
const names = ['electron', 'electron.exe', 'Electron.app']

if (!names.some((name) => existsSync(join(electronFolder, name)))) {
  console.error(
    `package: skipped, nothing was built. Electron's executable is not in ${electronFolder}: ` +
      'run "npx install-electron", or set ELECTRON_OVERRIDE_DIST_PATH to the folder that holds it.',
  )
  process.exit(1)
}

const { status } = spawnSync(
  'electron-builder',
  ['--dir', '--publish', 'never', '--config', 'build/electron-builder.json', `-c.electronDist=${electronFolder}`],
  { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' },
)
process.exit(status ?? 1)
