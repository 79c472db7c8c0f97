/** Runs helper and shell under pm2-runtime, as a Linux kiosk's systemd does. Never leaves a process of theirs behind. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findChromium } from '../scripts/find-chromium.mjs'
import type { WorkFolders } from './work-folders.ts'

const ROOT = join(import.meta.dirname, '..')
const STAND_IN_FOLDER = join(ROOT, 'e2e', 'stand-in')

/** systemd's `RestartSec=` of the unit. */
const SUPERVISOR_RESTART_MS = 100
/** PM2 gives each app three seconds to stop (`kill_timeout`), one after the other. */
const STOP_LIMIT_MS = 10_000

export type ShellRuntime = 'electron' | 'chromium-stand-in'
type AppName = 'helper' | 'shell'

export type KioskProcesses = {
  runtime: ShellRuntime
  /** `--user-data-dir` of the shell; holds DevToolsActivePort. */
  shellDataFolder: string
  logPath: string
  environment: NodeJS.ProcessEnv
  supervisorId(): number
  /** As PM2 knows it. */
  processId(app: AppName): Promise<number>
  /** A command for this PM2, such as `restart helper`; resolves when it is carried out. */
  pm2(...command: string[]): Promise<void>
  stop(): Promise<void>
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/** Real Electron where its binary and a display are there, else the stand-in. */
export function chooseShellRuntime(): { runtime: ShellRuntime; folder: string } {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(ROOT, 'node_modules', 'electron', 'dist')
  const names = ['electron', 'electron.exe', 'Electron.app']
  const isThere = names.some((name) => existsSync(join(folder, name)))
  if (isThere && hasDisplay()) return { runtime: 'electron', folder }
  return { runtime: 'chromium-stand-in', folder: STAND_IN_FOLDER }
}

export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch {
    return false
  }
}

async function waitUntilGone(processIds: readonly number[], limitMs: number): Promise<number[]> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const left = processIds.filter(isAlive)
    if (left.length === 0 || performance.now() > deadline) return left
    await sleep(50)
  }
}

async function makeEnvironment(folders: WorkFolders, electronFolder: string, options: KioskOptions) {
  const folder = (name: string) => join(folders.work, name)
  const own = {
    HOME: folder('home'),
    TMPDIR: folder('tmp'),
    XDG_CONFIG_HOME: folder('config'),
    XDG_CACHE_HOME: folder('cache'),
    XDG_DATA_HOME: folder('data'),
    PM2_HOME: folder('pm2'),
  }
  for (const path of [...Object.values(own), folder('shell')]) await mkdir(path, { recursive: true, mode: 0o700 })
  const showsWindow = hasDisplay() && options.headed
  // A headless browser gets nothing of the person's session, so that it leaves nothing there.
  const session = showsWindow ? ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR'] : []
  const inherited = [...session, 'LANG']
  const chromiumPath = findChromium()
  return {
    ...Object.fromEntries(inherited.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    ...own,
    // The shipped Node comes first for everything below, as in every npm script.
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    PM2_DISCRETE_MODE: 'true',
    KIOSK_BUNDLE_DIR: folders.bundle,
    KIOSK_RUNTIME_DIR: folders.runtime,
    KIOSK_TRUST_DIR: folders.trust,
    KIOSK_DEVICE_DIR: folders.device,
    KIOSK_STATE_DIR: folders.state,
    KIOSK_SHELL_SWITCHES: [
      '--remote-debugging-port=0',
      `--user-data-dir=${folder('shell')}`,
      ...(options.shellSwitches ?? []),
    ].join(' '),
    ELECTRON_OVERRIDE_DIST_PATH: electronFolder,
    STAND_IN_SCREEN: `${options.screen.width}x${options.screen.height}`,
    ...(showsWindow ? { STAND_IN_HEADED: '1' } : {}),
    ...(chromiumPath === null ? {} : { CHROMIUM_PATH: chromiumPath }),
    ...options.environment,
  }
}

export type KioskOptions = {
  screen: { width: number; height: number }
  /** Shows a window where there is a display. */
  headed: boolean
  /** One PM2 runs both, or the helper alone. */
  apps?: readonly AppName[]
  /** More of the environment that both are started with, such as the address of a keychain. */
  environment?: Readonly<Record<string, string>>
  /** More of Chromium's own, without spaces; a packaged shell refuses them. */
  shellSwitches?: readonly string[]
}

/** Starts the kiosk and keeps its PM2 running until `stop`. */
export async function startKioskProcesses(folders: WorkFolders, options: KioskOptions): Promise<KioskProcesses> {
  const { runtime, folder: electronFolder } = chooseShellRuntime()
  const environment = await makeEnvironment(folders, electronFolder, options)
  const apps = options.apps ?? ['helper', 'shell']
  const logPath = join(folders.work, 'kiosk.log')
  const log = createWriteStream(logPath, { flags: 'a' })
  const { resolve } = createRequire(import.meta.url)
  const [pm2, pm2Runtime] = [resolve('pm2/bin/pm2'), resolve('pm2/bin/pm2-runtime')]
  let stopping = false
  let supervisor: ChildProcess

  function startSupervisor(): void {
    if (stopping) return
    supervisor = spawn(
      process.execPath,
      [pm2Runtime, 'start', join(ROOT, 'ecosystem.config.js'), '--only', apps.join(',')],
      // In a process group of its own: Ctrl+C at the terminal reaches the demo alone, which then stops PM2.
      { cwd: ROOT, env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    )
    supervisor.stdout?.pipe(log, { end: false })
    supervisor.stderr?.pipe(log, { end: false })
    supervisor.on('error', (error) => log.write(`PM2 cannot be started: ${error.message}\n`))
    supervisor.on('exit', () => setTimeout(startSupervisor, SUPERVISOR_RESTART_MS))
  }
  startSupervisor()

  function supervisorId(): number {
    return supervisor.pid ?? 0
  }

  async function processId(app: AppName): Promise<number> {
    const path = join(environment.PM2_HOME, 'pids', `${app}-${apps.indexOf(app)}.pid`)
    return Number(await readFile(path, 'utf8'))
  }

  return {
    runtime,
    shellDataFolder: join(folders.work, 'shell'),
    logPath,
    environment,
    supervisorId,
    processId,
    async pm2(...command) {
      await promisify(execFile)(process.execPath, [pm2, ...command], { env: environment })
    },
    async stop() {
      stopping = true
      const ids = await Promise.all(apps.map((app) => processId(app).catch(() => 0)))
      const known = [...ids, supervisorId()].filter((id) => id > 0)
      if (supervisor.exitCode === null && supervisor.signalCode === null) {
        supervisor.kill('SIGTERM')
        await Promise.race([once(supervisor, 'exit'), sleep(STOP_LIMIT_MS, undefined, { ref: false })])
      }
      const left = await waitUntilGone(known, 3_000)
      for (const id of left) if (isAlive(id)) process.kill(id, 'SIGKILL')
      await waitUntilGone(left, 2_000)
      log.end()
    },
  }
}
