import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAlive } from '../../demo/kiosk-processes.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const require = createRequire(import.meta.url)
const PM2 = require.resolve('pm2/bin/pm2')
const PM2_RUNTIME = require.resolve('pm2/bin/pm2-runtime')

/** Stands in for the helper: supervised by the same module, and writes down what that tells it. */
const PROBE = `
import { appendFileSync } from 'node:fs'
import { superviseHelper } from ${JSON.stringify(join(ROOT, 'helper', 'supervision.ts'))}
const say = (line) => appendFileSync(process.argv[2], line + '\\n')
const log = { info() {}, error: ({ err }) => say(String(err)), fatal: ({ err }) => say(String(err)) }
const supervision = superviseHelper(async ({ planned, cancelled }) => {
  say(planned ? 'planned' : 'plain')
  if (process.argv[3] !== 'end slowly') return
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  say(cancelled.aborted ? 'cancelled' : 'kept')
}, log)
const how = { exitCode: 0, planned: true }
if (process.argv[3]?.startsWith('end')) setTimeout(() => supervision.end('because the test says so', how), 100)
supervision.reportReady()
say('ready ' + process.pid)
setInterval(() => {}, 1_000_000)
`

type Pm2World = {
  folder: string
  environment: NodeJS.ProcessEnv
  /** Writes the probe's app as ecosystem.config.js writes the helper's. @returns the file's path */
  writeConfig(changes?: Record<string, unknown>): Promise<string>
  run(...args: string[]): Promise<void>
  startRuntime(config: string): ChildProcess
  /** Process ids of all probes so far. */
  started(): Promise<number[]>
  /** What the probes were told, one word each. */
  told(): Promise<string[]>
  close(): Promise<void>
}

async function openPm2World(): Promise<Pm2World> {
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-pm2-'))
  const environment = {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: folder,
    PM2_HOME: join(folder, 'pm2'),
    PM2_DISCRETE_MODE: 'true',
    // How often PM2 looks at `max_memory_restart`.
    PM2_WORKER_INTERVAL: '500',
  }
  await mkdir(environment.PM2_HOME, { mode: 0o700 })
  const told = join(folder, 'told')
  await writeFile(told, '')
  await writeFile(join(folder, 'probe.mjs'), PROBE)
  const lines = async () => (await readFile(told, 'utf8')).split('\n').filter(Boolean)
  const started = async () =>
    (await lines()).filter((line) => line.startsWith('ready ')).map((line) => Number(line.slice(6)))
  const runtimes: ChildProcess[] = []
  return {
    folder,
    environment,
    async writeConfig(changes = {}) {
      const { apps } = require('../../ecosystem.config.js')
      const helper = apps.find(({ name }: { name: string }) => name === 'helper')
      const app = { ...helper, script: process.execPath, args: [join(folder, 'probe.mjs'), told], ...changes }
      const path = join(folder, 'ecosystem.config.js')
      await writeFile(path, `module.exports = ${JSON.stringify({ apps: [app] })}`)
      return path
    },
    async run(...args) {
      await promisify(execFile)(process.execPath, [PM2, ...args], { cwd: folder, env: environment })
    },
    startRuntime(config) {
      const runtime = spawn(process.execPath, [PM2_RUNTIME, 'start', config], { cwd: folder, env: environment })
      runtimes.push(runtime)
      return runtime
    },
    started,
    told: async () => (await lines()).filter((line) => !line.startsWith('ready ')),
    async close() {
      const daemon = await readFile(join(environment.PM2_HOME, 'pm2.pid'), 'utf8').then(Number, () => 0)
      const ids = [daemon, ...runtimes.map(({ pid }) => pid ?? 0), ...(await started())]
      for (const id of ids.filter((id) => id > 0 && isAlive(id))) process.kill(id, 'SIGKILL')
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}

describe.runIf(process.platform !== 'win32')('a process under PM2', () => {
  let world: Pm2World
  let config: string

  beforeEach(async () => {
    world = await openPm2World()
    config = await world.writeConfig()
  })
  afterEach(() => world.close())

  /** Ends the newest probe and waits for the next one. */
  async function crash(): Promise<void> {
    const before = await world.started()
    process.kill(before.at(-1) ?? 0, 'SIGKILL')
    await expect.poll(world.started).toHaveLength(before.length + 1)
  }

  it.each([
    ['planned', 'restart helper'],
    ['planned', 'restart helper --update-env'],
    ['planned', 'restart all'],
    ['planned', 'restart CONFIG --only helper --update-env'],
    ['planned', 'reload helper'],
    ['planned', 'reload CONFIG --only helper'],
    ['planned', 'start helper'],
    ['planned', 'start CONFIG --only helper'],
    ['planned', 'startOrReload CONFIG'],
    ['plain', 'stop helper'],
    ['plain', 'stop CONFIG'],
    ['plain', 'delete helper'],
    ['plain', 'kill'],
    ['plain', 'sendSignal SIGINT helper'],
    ['plain', 'sendSignal SIGTERM helper'],
  ])('is told of a %s end by "pm2 %s", also after it has crashed', async (expected, command) => {
    const args = command.split(' ').map((word) => (word === 'CONFIG' ? config : word))
    await world.run('start', config)
    await crash()
    await world.run(...args)
    await expect.poll(world.told).toEqual([expected])
  })

  it('is told of a plain end by a stop after restarts and after a reset', async () => {
    await world.run('start', config)
    await world.run('restart', 'helper')
    await world.run('stop', 'helper')
    await world.run('start', 'helper')
    await world.run('reset', 'helper')
    await world.run('stop', 'helper')
    expect(await world.told()).toEqual(['planned', 'plain', 'plain'])
  })

  it.each([
    ['max_memory_restart', '1M'],
    ['cron_restart', '* * * * * *'],
  ])('is told of a planned end by %s', async (setting, value) => {
    await world.run('start', await world.writeConfig({ [setting]: value }))
    await expect.poll(world.told, { timeout: 10_000 }).toContain('planned')
    expect(await world.told()).not.toContain('plain')
  })

  it('knows the difference where PM2 sends a message instead of a signal', async () => {
    await world.run('start', await world.writeConfig({ shutdown_with_message: true }))
    await world.run('restart', 'helper')
    await world.run('stop', 'helper')
    expect(await world.told()).toEqual(['planned', 'plain'])
  })

  it('is told of a planned end when it ends itself', async () => {
    const args = [join(world.folder, 'probe.mjs'), join(world.folder, 'told'), 'end']
    await world.run('start', await world.writeConfig({ args }))
    await expect.poll(world.told).toContain('planned')
  })

  describe('that is pm2-runtime', () => {
    it('knows "pm2 restart" from "pm2 stop" there too', async () => {
      world.startRuntime(config)
      await expect.poll(world.started, { timeout: 10_000 }).toHaveLength(1)
      await world.run('restart', 'helper')
      await world.run('stop', 'helper')
      expect(await world.told()).toEqual(['planned', 'plain'])
    })

    it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('is told of a plain end by %s to PM2', async (signal) => {
      const runtime = world.startRuntime(config)
      await expect.poll(world.started, { timeout: 10_000 }).toHaveLength(1)
      runtime.kill(signal)
      await once(runtime, 'exit')
      await expect.poll(world.told).toEqual(['plain'])
    })
  })
})

describe.runIf(process.platform !== 'win32')('a process without PM2', () => {
  let world: Pm2World

  beforeEach(async () => {
    world = await openPm2World()
  })
  afterEach(() => world.close())

  it.each([
    ['SIGTERM', 'cancelled'],
    [null, 'kept'],
  ] as const)('learns in the middle of a planned end that %s makes it a plain one', async (signal, word) => {
    const args = [join(world.folder, 'probe.mjs'), join(world.folder, 'told'), 'end slowly']
    const probe = spawn(process.execPath, args, { env: world.environment })
    await expect.poll(world.told).toContain('planned')
    if (signal) probe.kill(signal)
    expect((await once(probe, 'exit'))[0]).toBe(0)
    expect(await world.told()).toEqual(['planned', word])
  })

  it.each([
    ['SIGINT', 'PM2_HOME set', true],
    ['SIGINT', 'no PM2_HOME', false],
    ['SIGTERM', 'PM2_HOME set', true],
  ] as const)('is told of a plain end by %s with %s, once', async (signal, _what, hasHome) => {
    const args = [join(world.folder, 'probe.mjs'), join(world.folder, 'told')]
    const { PM2_HOME: _home, ...without } = world.environment
    const probe = spawn(process.execPath, args, { env: hasHome ? world.environment : without })
    await expect.poll(world.started).toHaveLength(1)
    probe.kill(signal)
    probe.kill(signal)
    expect((await once(probe, 'exit'))[0]).toBe(0)
    expect(await world.told()).toEqual(['plain'])
  })
})
