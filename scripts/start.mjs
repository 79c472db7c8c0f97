/** `npm start`: both processes of a kiosk under pm2-runtime, as on a laptop with a bundle. Never runs without Electron. */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const require = createRequire(import.meta.url)

function fail(text) {
  console.error(`start: ${text}`)
  process.exit(1)
}

if (!existsSync(join(ROOT, 'dist', 'helper', 'main.mjs'))) fail('nothing is built: run "npm run build" first')
const { electron } = require(join(ROOT, 'ecosystem.config.js'))
if (!existsSync(electron)) {
  fail(
    `Electron's executable is not at ${electron}: run "npx install-electron", or set ELECTRON_OVERRIDE_DIST_PATH to ` +
      'the folder that holds it. "npm run demo" needs no Electron.',
  )
}

// PM2 makes its sockets with mode 775 whatever the umask: only a folder of its own with mode 0700 protects them.
const pm2Home = join(homedir(), '.digital-receptionist-pm2')
mkdirSync(pm2Home, { recursive: true })
chmodSync(pm2Home, 0o700)
const pm2 = spawn(
  process.execPath,
  [require.resolve('pm2/bin/pm2-runtime'), 'start', join(ROOT, 'ecosystem.config.js')],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, PM2_HOME: pm2Home, PM2_DISCRETE_MODE: 'true' } },
)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => pm2.kill(signal))
pm2.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
