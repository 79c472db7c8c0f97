/**
 * The two processes of a kiosk, for PM2. A laptop's PM2 runs both; a Linux kiosk runs `--only helper` under one account and
 * `--only shell` under another. Neither app loads any of PM2's code: PM2 spawns the programs themselves.
 */
const { existsSync } = require('node:fs')
const { join } = require('node:path')

/** In a package this file lies beside the folder `helper`, and the application's executable one folder above. */
const isPackaged = existsSync(join(__dirname, 'helper', 'packaged.json'))
const helperProgram = isPackaged ? join(__dirname, 'helper', 'main.mjs') : join(__dirname, 'dist', 'helper', 'main.mjs')
/** A packaged application finds its own archive. */
const shellProgram = isPackaged ? [] : [join(__dirname, 'dist', 'electron', 'main.cjs')]

/**
 * Electron's executable: ELECTRON_OVERRIDE_DIST_PATH as the `electron` package reads it, else the package's own download.
 * `require('electron')` is not used, because outside Electron it tries to download.
 */
function electronExecutable() {
  if (isPackaged) {
    return join(__dirname, '..', `digital-receptionist-kiosk${process.platform === 'win32' ? '.exe' : ''}`)
  }
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

/** Node's, for the process that holds secrets; a production bundle is refused with any other (helper/process-hygiene.ts). */
const HELPER_SWITCHES = [
  // A process that mostly waits needs no large nursery.
  '--max-semi-space-size=1',
  // By default a signal from any process of the same account opens the inspector.
  '--disable-sigusr1',
  // No `__proto__` in somebody's JSON ever becomes a prototype.
  '--disable-proto=delete',
  // The bundle is whole: what is not in it is not looked for in the account's home.
  '--no-global-search-paths',
  // So that the helper can collect at rest what a session left behind (helper/upkeep.ts).
  '--expose-gc',
]

/** glibc's: memory that is free goes back to the system instead of staying with one of many arenas. */
const HELPER_MEMORY = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' }

/**
 * Core dumps off. The shell becomes the program, so that process id and IPC channel stay. The limit is one byte, because at 0
 * the kernel still pipes a dump to a program such as apport (fs/coredump.c); where the limit may not be raised, it is 0.
 */
function withoutCoreDumps(program, args, redirection = '') {
  if (process.platform === 'win32') return { script: program, args }
  const becomeProgram =
    `/usr/bin/prlimit --core=1 --pid $$ 2>/dev/null || ulimit -c 0; exec "$0" "$@" ${redirection}`.trim()
  return { script: '/bin/sh', args: ['-c', becomeProgram, program, ...args] }
}

const electron = electronExecutable()

module.exports = {
  /** For whoever wants to know whether it is there before starting it. */
  electron,
  apps: [
    {
      ...supervision,
      name: 'helper',
      ...withoutCoreDumps(process.execPath, [...HELPER_SWITCHES, helperProgram]),
      env: HELPER_MEMORY,
      // Its one child, the keychain's agent, ends with it. PM2 signals at once then, without a list of all processes.
      treekill: false,
      // A planned restart waits for a renewal that is under way; a plain stop takes two seconds at most.
      kill_timeout: 9_000,
      listen_timeout: 5_000,
    },
    {
      ...supervision,
      name: 'shell',
      // KIOSK_SHELL_SWITCHES: Chromium's own switches on a developer's machine, such as --remote-debugging-port=0.
      // All that it writes goes to standard error: what PM2 itself says on standard output ends a Linux kiosk's screen for good
      // (build/linux/screen-session.mjs), and no process of a page may say it in PM2's place.
      ...withoutCoreDumps(
        electron,
        [...(process.env.KIOSK_SHELL_SWITCHES ?? '').split(' ').filter(Boolean), ...shellProgram],
        '1>&2',
      ),
      listen_timeout: 20_000,
      // A technician left the kiosk (electron/technician-exit.ts): the one end of a shell that nothing follows.
      stop_exit_codes: [73],
    },
  ],
}
