/** What cage shows on a kiosk: PM2 with the shell, for ever, until a technician leaves. Holds no secret and decides nothing else. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The shell's when a technician left (`stop_exit_codes` of ecosystem.config.js), and ours then: the unit starts nobody for it. */
const LEFT = 73

/**
 * PM2 leaves an app alone that ends with 73, and goes on with nothing to run. Its own answer to that, `--auto-exit`, is no help: it ends
 * with 2 as well while a shell that keeps failing waits for its next start, and no kiosk must ever end there.
 */
const SAYS_LEFT = new RegExp(`^\\S+: PM2 log: App \\[shell:\\d+\\] exited with code \\[${LEFT}\\] `)

const resources = import.meta.dirname
const pm2 = spawn(
  process.execPath,
  [
    join(resources, 'pm2/node_modules/pm2/bin/pm2-runtime'),
    'start',
    join(resources, 'ecosystem.config.js'),
    ...['--only', 'shell', '--no-auto-exit'],
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
let hasLeft = false
createInterface({ input: pm2.stdout }).on('line', (line) => {
  process.stdout.write(`${line}\n`)
  if (hasLeft || !SAYS_LEFT.test(line)) return
  hasLeft = true
  pm2.kill('SIGTERM')
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => pm2.kill(signal))
pm2.on('error', (error) => process.stderr.write(`PM2 cannot be started: ${error.message}\n`))
pm2.on('close', (code) => {
  process.exitCode = hasLeft ? LEFT : code || 1
})
