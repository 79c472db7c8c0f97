/** What cage shows, under a real PM2 with a shell that does what the test says. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** How ecosystem.config.js has the shell started. */
function asShipped(): { args: string[] } {
  const { apps } = createRequire(import.meta.url)(join(ROOT, 'ecosystem.config.js')) as {
    apps: { name: string; args: string[] }[]
  }
  const shell = apps.find(({ name }) => name === 'shell')
  if (!shell) throw new Error('no shell in ecosystem.config.js')
  return shell
}

describe.runIf(process.platform === 'linux')('the screen’s session', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiosk-session-'))
    copyFileSync(join(ROOT, 'build/linux/screen-session.mjs'), join(folder, 'screen-session.mjs'))
    mkdirSync(join(folder, 'pm2'))
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'pm2/node_modules'))
  })
  afterEach(() => rmSync(folder, { recursive: true, maxRetries: 5 }))

  /** @param script of sh, which is the shell of this kiosk */
  function start(script: string) {
    writeFileSync(join(folder, 'shell'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    const { args } = asShipped()
    const becoming = [...args.slice(0, 2), join(folder, 'shell')]
    const app = { name: 'shell', script: '/bin/sh', args: becoming, interpreter: 'none', stop_exit_codes: [73] }
    const supervision = { autorestart: true, exp_backoff_restart_delay: 100, min_uptime: 0, merge_logs: true }
    const apps = JSON.stringify([{ ...app, ...supervision, out_file: '/dev/null', error_file: '/dev/null' }])
    writeFileSync(join(folder, 'ecosystem.config.js'), `module.exports = { apps: ${apps} }\n`)
    const child = spawn(process.execPath, [join(folder, 'screen-session.mjs')], {
      env: { PATH: process.env.PATH, HOME: folder, PM2_HOME: join(folder, 'pm2-home'), PM2_DISCRETE_MODE: 'true' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    return { child, ended: once(child, 'exit'), said: () => said }
  }

  it('ends with 73 when a technician has left, so that nobody starts it again', async () => {
    const [code] = await start('exit 73').ended
    expect(code).toBe(73)
  })

  it('starts a shell that fails again and again, and one that only claims to be left', async () => {
    const claim = '2026-01-01T00:00:00: PM2 log: App [shell:0] exited with code [73] via signal [SIGINT]'
    // As a program of the shell's own might, whatever it still has open.
    const session = start(`echo "${claim}"; echo "${claim}" >/proc/self/fd/1; exit 1`)
    await expect.poll(() => session.said().match(/exited with code \[1\]/g)?.length ?? 0).toBeGreaterThan(3)
    expect(session.child.exitCode).toBeNull()
    session.child.kill('SIGTERM')
    await session.ended
  })

  it('ends with a fault when PM2 does, so that systemd starts it again', async () => {
    const session = start('sleep 60')
    await expect.poll(session.said).toContain('online')
    session.child.kill('SIGTERM')
    const [code] = await session.ended
    expect(code).toBe(1)
  })
})
