/** A real gnome-keyring on a D-Bus of its own, for tests and the demo. Never touches the keyring of whoever runs it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createCleanups } from '../cleanups.ts'

const SESSION_PROGRAM = 'dbus-run-session'
const PROGRAMS = [SESSION_PROGRAM, 'dbus-send', 'gnome-keyring-daemon']
const START_LIMIT_MS = 10_000
const STOP_LIMIT_MS = 3_000
const CALL_LIMIT_MS = 3_000
const SECRET_SERVICE = 'org.freedesktop.secrets'
const SECRET_SERVICE_PATH = '/org/freedesktop/secrets'

export type ThrowawayKeychain = {
  /** What a process needs to find this keychain and no other. */
  environment: Record<string, string>
  /** Afterwards it asks for its password, where nobody sees it. */
  lock(): Promise<void>
  close(): Promise<void>
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** False where gnome-keyring or D-Bus is not installed. */
export function canRunKeychain(): boolean {
  return process.platform === 'linux' && PROGRAMS.every(isOnPath)
}

/** D-Bus starts no service of the system's on this bus: the only one is the prompt of {@link writePrompt}. */
function busConfig(root: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${join(root, 'bus')}</listen>
  <servicedir>${join(root, 'services')}</servicedir>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
`
}

/** The keyring's password prompt as nobody answers it: it is asked for, and does not come. It ends with the folder. */
async function writePrompt(root: string): Promise<void> {
  const script = join(root, 'prompt.sh')
  const service = `[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec=/bin/sh ${script}\n`
  await mkdir(join(root, 'services'))
  await writeFile(join(root, 'services', 'org.gnome.keyring.SystemPrompter.service'), service)
  await writeFile(script, `while [ -e '${script}' ]; do sleep 0.1; done\n`)
}

function environmentOf(root: string): Record<string, string> {
  return {
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(root, 'bus')}`,
    HOME: join(root, 'home'),
    XDG_RUNTIME_DIR: join(root, 'run'),
    XDG_CACHE_HOME: join(root, 'home', '.cache'),
    XDG_CONFIG_HOME: join(root, 'home', '.config'),
    XDG_DATA_HOME: join(root, 'home', '.local', 'share'),
  }
}

function sendOnBus(root: string, destination: string, message: readonly string[]): Promise<{ stdout: string }> {
  return promisify(execFile)('dbus-send', ['--session', '--print-reply', `--dest=${destination}`, ...message], {
    env: { ...environmentOf(root), PATH: process.env.PATH },
    timeout: CALL_LIMIT_MS,
  })
}

/** The keyring takes its name on the bus once it has read its password and unlocked. */
async function untilKeyringAnswers(root: string, session: ChildProcess): Promise<void> {
  const question = ['/', 'org.freedesktop.DBus.NameHasOwner', `string:${SECRET_SERVICE}`]
  const endsAtMs = performance.now() + START_LIMIT_MS
  while (session.exitCode === null && performance.now() < endsAtMs) {
    const { stdout } = await sendOnBus(root, 'org.freedesktop.DBus', question).catch(() => ({ stdout: '' }))
    if (stdout.includes('boolean true')) return
    await sleep(20)
  }
  throw new Error('gnome-keyring does not come up on a D-Bus of its own')
}

/** Runs the bus and the keyring on it; the bus ends with the keyring. */
async function runKeyring(root: string): Promise<() => Promise<void>> {
  const start = 'echo $$; exec gnome-keyring-daemon --foreground --unlock --components=secrets'
  const session = spawn(SESSION_PROGRAM, [`--config-file=${join(root, 'bus.conf')}`, '--', 'sh', '-c', start], {
    env: { ...environmentOf(root), PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = once(session, 'exit')
  const [keyringId] = await Promise.race([once(createInterface(session.stdout), 'line'), ended.then(() => [])])
  if (keyringId === undefined) throw new Error(`${SESSION_PROGRAM} ended before it ran anything`)

  async function stop(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      // While the session runs, the keyring does, and its process id is nobody else's.
      if (session.exitCode !== null || session.signalCode !== null) return
      process.kill(Number(keyringId), signal)
      await Promise.race([ended, sleep(STOP_LIMIT_MS, undefined, { ref: false })])
    }
  }

  session.stdin.end(randomBytes(24).toString('hex'))
  try {
    await untilKeyringAnswers(root, session)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

/** Starts an empty keyring with a password that nobody knows. */
export async function startThrowawayKeychain({ unlocked }: { unlocked: boolean }): Promise<ThrowawayKeychain> {
  const cleanups = createCleanups()
  const root = await mkdtemp(join(tmpdir(), 'kiosk-keychain-'))
  cleanups.add(() => rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))

  async function lock(): Promise<void> {
    const login = `array:objpath:${SECRET_SERVICE_PATH}/collection/login`
    await sendOnBus(root, SECRET_SERVICE, [SECRET_SERVICE_PATH, 'org.freedesktop.Secret.Service.Lock', login])
  }

  try {
    await mkdir(join(root, 'home'))
    await mkdir(join(root, 'run'), { mode: 0o700 })
    await writeFile(join(root, 'bus.conf'), busConfig(root))
    await writePrompt(root)
    cleanups.add(await runKeyring(root))
    if (!unlocked) await lock()
  } catch (error) {
    await cleanups.run()
    throw error
  }
  return { environment: environmentOf(root), lock, close: cleanups.run }
}
