/**
 * The two processes of a kiosk, for PM2. A laptop's PM2 runs both; a Linux kiosk runs `--only helper` under one account and
 * `--only shell` under another. Neither app loads any of PM2's code: PM2 spawns the programs themselves.
 */
const { existsSync } = require('node:fs')
const { join } = require('node:path')

/**
 * Electron's executable: ELECTRON_OVERRIDE_DIST_PATH as the `electron` package reads it, else the package's own download.
 * `require('electron')` is not used, because outside Electron it tries to download.
 */
function electronExecutable() {
  const name = process.platform === 'win32' ? 'electron.exe' : 'electron'
  const macName = 'Electron.app/Contents/MacOS/Electron'
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(__dirname, 'node_modules', 'electron', 'dist')
  const macPath = join(folder, macName)
  return process.platform === 'darwin' && existsSync(macPath) ? macPath : join(folder, name)
}

/** Common to both: restarted for ever, never *errored*, backing off from 100 ms to PM2's ceiling of 15 s. */
const supervision = {
  interpreter: 'none',
  exec_mode: 'fork',
  autorestart: true,
  exp_backoff_restart_delay: 100,
  // PM2 gives up after `max_restarts` exits that came sooner than `min_uptime`: no exit is too soon here.
  min_uptime: 0,
  max_restarts: Number.MAX_SAFE_INTEGER,
  wait_ready: true,
  shutdown_with_message: process.platform === 'win32',
  kill_timeout: 3_000,
  // Logs go to the supervisor's standard output, which the system's journal keeps and limits.
  out_file: '/dev/null',
  error_file: '/dev/null',
  merge_logs: true,
}

/** Node's: a process that mostly waits needs no large nursery. */
const HELPER_SWITCHES = ['--max-semi-space-size=1']

/** glibc's: memory that is free goes back to the system instead of staying with one of many arenas. */
const HELPER_MEMORY = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' }

module.exports = {
  apps: [
    {
      ...supervision,
      name: 'helper',
      script: process.execPath,
      args: [...HELPER_SWITCHES, join(__dirname, 'dist', 'helper', 'main.mjs')],
      env: HELPER_MEMORY,
      listen_timeout: 5_000,
    },
    {
      ...supervision,
      name: 'shell',
      script: electronExecutable(),
      // KIOSK_SHELL_SWITCHES: Chromium's own switches on a developer's machine, such as --remote-debugging-port=0.
      args: [
        ...(process.env.KIOSK_SHELL_SWITCHES ?? '').split(' ').filter(Boolean),
        join(__dirname, 'dist', 'electron', 'main.cjs'),
      ],
      listen_timeout: 20_000,
    },
  ],
}
