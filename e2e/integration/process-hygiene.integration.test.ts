import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCleanups } from '../../demo/cleanups.ts'
import { type HelperProcess, startHelperProcess } from '../../demo/helper-process.ts'
import { readKioskState, runKioskctl } from '../../demo/kiosk-watch.ts'
import { makeWorkFolders, type WorkFolders } from '../../demo/work-folders.ts'
import { type HelperWorld, openHelperWorld } from './helper-world.ts'

const run = promisify(execFile)
const HELPER_FOLDER = join(import.meta.dirname, '..', '..', 'dist', 'helper')

type App = { name: string; script: string; args: string[] }
const { apps }: { apps: App[] } = createRequire(import.meta.url)('../../ecosystem.config.js')

function appOf(name: string): App {
  const app = apps.find((one) => one.name === name)
  if (!app) throw new Error(`ecosystem.config.js names no ${name}`)
  return app
}

/** An account that exists nowhere and owns nothing. */
const ACCOUNT = { uid: 61_001, gid: 61_001 }
const isLinuxRoot = process.platform === 'linux' && process.getuid?.() === 0

/** TCP addresses that a process listens on, as the kernel writes them: proc_pid_net(5). */
async function listenersOf({ pid }: ChildProcess): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`)
  const files = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')))
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')))
  return tables
    .flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && files.includes(`socket:[${inode}]`))
    .map(([, address]) => address ?? '')
}

const SIGUSR1_BIT = 1 << (constants.signals.SIGUSR1 - 1)

const ofProcess = (child: ChildProcess, name: string) => readFile(`/proc/${child.pid}/${name}`, 'utf8')

describe.runIf(process.platform === 'linux')('a helper started as ecosystem.config.js says', () => {
  const cleanups = createCleanups()
  let folders: WorkFolders
  let helper: HelperProcess

  beforeEach(async () => {
    folders = await makeWorkFolders()
    cleanups.add(() => folders.remove())
    helper = await startHelperProcess(folders)
    cleanups.add(() => helper.stop())
  })
  afterEach(() => cleanups.run())

  it('is Node itself, without a core dump and with files for its own account', async () => {
    expect(await ofProcess(helper.child, 'comm')).not.toContain('sh')
    // One byte: no file, and nothing piped to a program either. 0 where the limit may not be raised.
    expect(await ofProcess(helper.child, 'limits')).toMatch(/^Max core file size +[01] +[01] /m)
    expect(await ofProcess(helper.child, 'status')).toMatch(/^Umask:\s+0077$/m)
  })

  it('opens no inspector on SIGUSR1, and lives on', async () => {
    helper.child.kill('SIGUSR1')
    expect((await runKioskctl(folders.runtime, 'diagnostics')).stdout).toContain('inspector off')
    expect(await listenersOf(helper.child)).toEqual([])
    // Node holds the signal back for good.
    const [, pending] = /^ShdPnd:\s+(\w+)$/m.exec(await ofProcess(helper.child, 'status')) ?? []
    expect(Number.parseInt(pending ?? '', 16) & SIGUSR1_BIT).not.toBe(0)
    expect(helper.output()).not.toContain('Debugger')
  })

  it('tells a technician how exposed it is', async () => {
    const { stdout } = await runKioskctl(folders.runtime, 'diagnostics')
    expect(stdout).toMatch(/core dumps off, inspector off/)
  })
})

describe.runIf(isLinuxRoot)('the core limit of helper and shell', () => {
  it.each([
    ['helper', 'a limit that may be raised', 'unlimited', '1'],
    ['shell', 'a limit that may be raised', 'unlimited', '1'],
    ['helper', 'a limit of 0 for good', '0', '0'],
  ])('of the %s, started with %s (%s), is %s', async (name, _what, limit, expected) => {
    const { script, args } = appOf(name)
    const become = args.slice(0, args.findIndex((argument) => argument.includes('exec')) + 1)
    const command = [`--core=${limit}`, '--', script, ...become, 'cat', '/proc/self/limits']
    const { stdout, stderr } = await run('prlimit', command, ACCOUNT)
    // What the shell says on standard output goes to the other: PM2's own lines stand there alone.
    const [said, silent] = name === 'shell' ? [stderr, stdout] : [stdout, stderr]
    expect(said).toMatch(new RegExp(`^Max core file size +${expected} +${expected} `, 'm'))
    expect(silent).toBe('')
  })
})

/** Tries, under the helper's own account, to read what a debugger would: its environment and the start of its memory. */
const INTRUDER = `
grep --quiet KIOSK_CANARY /proc/$1/environ && echo environment
read -r range rest < /proc/$1/maps
dd if=/proc/$1/mem bs=4096 count=1 iflag=skip_bytes skip=$((0x\${range%%-*})) | grep --quiet ELF && echo memory
true`

describe.runIf(isLinuxRoot)('a helper whose Node its account may run but not read', () => {
  const cleanups = createCleanups()
  let folders: WorkFolders
  let helper: ChildProcess
  let node: string

  beforeEach(async () => {
    folders = await makeWorkFolders()
    cleanups.add(() => folders.remove())
    node = join(folders.work, 'node')
    await cp(process.execPath, node)
    await cp(HELPER_FOLDER, join(folders.work, 'helper'), { recursive: true })
    await mkdir(join(folders.work, 'cores'))
    await run('chown', ['-R', `${ACCOUNT.uid}:${ACCOUNT.gid}`, folders.work, folders.runtime])
    await run('chown', ['0:0', node])
  })
  afterEach(() => cleanups.run())

  async function startWithNodeOfMode(mode: number): Promise<void> {
    await chmod(node, mode)
    const switches = appOf('helper').args.filter((argument) => argument.startsWith('--'))
    const args = [node, ...switches, join(folders.work, 'helper', 'main.mjs')]
    // Not as ecosystem.config.js says: with core dumps on, to see that there is none all the same.
    helper = spawn('/bin/sh', ['-c', 'ulimit -c unlimited; exec "$@"', 'sh', ...args], {
      ...ACCOUNT,
      cwd: join(folders.work, 'cores'),
      env: { KIOSK_BUNDLE_DIR: folders.bundle, KIOSK_RUNTIME_DIR: folders.runtime, KIOSK_CANARY: '1' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    cleanups.add(() => void helper.kill('SIGKILL'))
    await once(helper, 'message')
  }

  async function intrude(): Promise<string[]> {
    const { stdout } = await run('/bin/sh', ['-c', INTRUDER, 'sh', String(helper.pid)], { ...ACCOUNT, cwd: '/' })
    return stdout.split('\n').filter(Boolean)
  }

  async function abort(): Promise<string[]> {
    helper.kill('SIGABRT')
    await once(helper, 'exit')
    return readdir(join(folders.work, 'cores'))
  }

  it('works, and neither shows its memory and environment to its own account nor leaves a core', async () => {
    await startWithNodeOfMode(0o711)
    expect((await readKioskState(folders.runtime))?.session.kind).toBe('unprovisioned')
    expect(await intrude()).toEqual([])
    expect((await runKioskctl(folders.runtime, 'diagnostics', '--json')).stdout).toMatch(/"dumpable": ?"no"/)
    expect(await abort()).toEqual([])
  })

  it('would show both, were its Node readable', async () => {
    await startWithNodeOfMode(0o755)
    expect(await intrude()).toEqual(['environment', 'memory'])
    expect((await runKioskctl(folders.runtime, 'diagnostics', '--json')).stdout).toMatch(/"dumpable": ?"yes"/)
    const cores = await abort()
    const pattern = await readFile('/proc/sys/kernel/core_pattern', 'utf8')
    if (/^core/.test(pattern)) expect(cores).toEqual([expect.stringMatching(/^core/)])
  })
})

describe('a helper with a production bundle', () => {
  const VALUE = 'canary-4711'
  let world: HelperWorld
  let helper: HelperProcess | undefined

  beforeEach(async () => {
    world = await openHelperWorld()
    const { issuer, clientId } = world.provider
    const config = {
      version: 1,
      device: { id: 'DR-0042' },
      brand: { name: 'Contoso Reception' },
      identity: { provider: 'oidc', issuer, clientId },
      network: { trustedCaFiles: ['ca.pem'] },
    }
    await writeFile(join(world.folders.bundle, 'kiosk.json'), JSON.stringify(config))
  })
  afterEach(async () => {
    await helper?.stop()
    await world.close()
  })

  it.each([
    ['NODE_OPTIONS', { NODE_OPTIONS: `--title=${VALUE}` }, []],
    ['NODE_EXTRA_CA_CERTS', { NODE_EXTRA_CA_CERTS: `/${VALUE}` }, []],
    ['LD_LIBRARY_PATH', { LD_LIBRARY_PATH: `/${VALUE}` }, []],
    ['--inspect', {}, ['--inspect=127.0.0.1:0']],
    ['--title', {}, [`--title=${VALUE}`]],
  ])(
    'asks for no code while it is started with %s, and names it without its value',
    async (where, environment, switches) => {
      helper = await startHelperProcess(world.folders, environment as Record<string, string>, { switches })
      const { session } = await world.watch.until('unprovisioned')
      expect(session.problems).toContainEqual(expect.objectContaining({ code: 'environment-unsafe', where }))
      const { stdout } = await runKioskctl(world.folders.runtime, 'state')
      expect(stdout).toContain(where)
      expect(stdout + JSON.stringify(session)).not.toMatch(/canary|127\.0\.0\.1:0/)
      // Its own lines: Node itself quotes some values before any of our code runs.
      const lines = helper.output().split('\n')
      expect(lines.filter((line) => line.startsWith('{')).join()).not.toContain(VALUE)
      expect(world.provider.journal.requests).toEqual([])
    },
  )

  it('finds nothing unsafe in what systemd, a shell and a proxy’s administrator give it', async () => {
    const environment = {
      LC_ALL: 'C.UTF-8',
      LANGUAGE: 'de:en',
      NOTIFY_SOCKET: '/run/systemd/notify',
      LISTEN_FDS: '1',
      INVOCATION_ID: 'abc',
      JOURNAL_STREAM: '8:1',
      RUNTIME_DIRECTORY: '/run/digital-receptionist',
      SHLVL: '1',
      no_proxy: 'localhost',
    }
    helper = await startHelperProcess(world.folders, environment)
    const { session } = await Promise.any([world.watch.until('attract'), world.watch.until('unprovisioned')])
    // A machine with an unencrypted swap is refused for that, and for that alone.
    const codes = session.kind === 'unprovisioned' ? session.problems.map(({ code }) => code) : []
    expect(codes).not.toContain('environment-unsafe')
  })
})
