/** `npm run package`: the application folder, by electron-builder. Never makes a package without Electron's own executable. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const ROOT = join(import.meta.dirname, '..')
const { output, win } = parseArgs({
  // A package for Windows can be made elsewhere, but for the helper's runtime, which npm brings on Windows alone.
  options: { output: { type: 'string', default: 'release' }, win: { type: 'boolean', default: false } },
}).values
const electronFolder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(ROOT, 'node_modules', 'electron', 'dist')
const names = ['electron', 'electron.exe', 'Electron.app']

if (!names.some((name) => existsSync(join(electronFolder, name)))) {
  console.error(
    `package: skipped, nothing was built. Electron's executable is not in ${electronFolder}: ` +
      'run "npx install-electron", or set ELECTRON_OVERRIDE_DIST_PATH to the folder that holds it.',
  )
  process.exit(1)
}

// A package of hard links would have its fuses flipped in Electron's own folder too.
const options = {
  cwd: ROOT,
  env: { ...process.env, USE_HARD_LINKS: 'false' },
  stdio: 'inherit',
  shell: process.platform === 'win32',
}
const settings = [`-c.electronDist=${electronFolder}`, `-c.directories.output=${output}`]
const platform = win ? ['--win'] : []
const built = spawnSync(
  'electron-builder',
  ['--dir', ...platform, '--publish', 'never', '--config', 'build/electron-builder.json', ...settings],
  options,
)
if (built.status !== 0) process.exit(built.status ?? 1)
// A package whose fuses have drifted is none.
const verified = spawnSync('node', ['scripts/verify-package.mjs', resolve(ROOT, output)], options)
process.exit(verified.status ?? 1)
