import { type ChildProcess, execFile, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  canRunKeychain,
  startThrowawayKeychain,
  type ThrowawayKeychain,
} from '../../demo/keychain/throwaway-keychain.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const PROBE = join(ROOT, 'helper', 'vault', 'keychain-probe.fixture.ts')
const DOES_NOT_ANSWER = 'the keychain does not answer; it may be locked'

/** Sooner than a call that is cut off after three seconds. */
const AT_ONCE_MS = 2_500

/** Three seconds for the call, and a busy machine; a prompt would wait for much longer. */
const SOON_MS = 6_000

type Environment = Readonly<Record<string, string>>
type Outcome = { outcome: unknown; tookMs: number }

/** A fresh process each time: nothing that an earlier one knew can help it. */
async function probe(environment: Environment, deviceId: string, ...steps: string[]): Promise<Outcome[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROBE, deviceId, ...steps], {
    env: { ...environment, PATH: process.env.PATH },
    timeout: 20_000,
  })
  return JSON.parse(stdout)
}

/** Processes whose command line holds the one and whose environment holds the other. */
async function processesWith(command: string, environment: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const read = (id: string, name: string) => readFile(join('/proc', id, name), 'utf8').catch(() => '')
  const looked = ids.map(async (id) => {
    const found = (await read(id, 'cmdline')).includes(command) && (await read(id, 'environ')).includes(environment)
    return found ? [Number(id)] : []
  })
  return (await Promise.all(looked)).flat()
}

describe.runIf(canRunKeychain())('the device key in a real keyring', () => {
  let keychain: ThrowawayKeychain
  let deviceId: string
  beforeEach(async () => {
    deviceId = `DR-${randomUUID()}`
    keychain = await startThrowawayKeychain({ unlocked: true })
  })
  afterEach(() => keychain.close())

  async function run(...steps: string[]): Promise<unknown[]> {
    return (await probe(keychain.environment, deviceId, ...steps)).map(({ outcome }) => outcome)
  }

  /** One that was just killed may still be on its way out. */
  async function expectNoAgent(): Promise<void> {
    const address = keychain.environment.DBUS_SESSION_BUS_ADDRESS ?? ''
    await expect.poll(() => processesWith('keychain-agent', address), { timeout: 2_000 }).toEqual([])
  }

  /** As libsecret's own tool finds it, which knows nothing of our library; null where it is not installed. */
  async function searchWithLibsecret(): Promise<string | null> {
    const options = { env: { ...keychain.environment, PATH: process.env.PATH }, timeout: 3_000 }
    const searching = promisify(execFile)(
      'secret-tool',
      ['search', '--all', 'service', 'digital-receptionist'],
      options,
    )
    return searching.then(
      ({ stdout, stderr }) => stdout + stderr,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      },
    )
  }

  it('is made by the first process and found by the next', async () => {
    const [made, again] = await run('keychain', 'keychain')
    expect(made).toMatchObject({ source: 'keychain', reason: null })
    expect(again).toEqual(made)
    expect(await run('auto')).toEqual([made])
  })

  it('hands a one-time key to the next process, once', async () => {
    expect((await run('keychain', 'put'))[1]).toBeNull()
    const [, taken, takenAgain] = await run('keychain', 'take', 'take')
    expect([typeof taken, takenAgain]).toEqual(['string', null])
    expect((await run('keychain', 'take'))[1]).toBeNull()
  })

  it('leaves nothing after a remote wipe', async () => {
    const [before] = await run('keychain', 'put')
    expect((await searchWithLibsecret()) ?? deviceId).toContain(deviceId)
    expect((await run('keychain', 'destroy', 'destroy')).slice(1)).toEqual(['destroyed', 'destroyed'])
    expect((await searchWithLibsecret()) ?? '').toBe('')
    const [after, taken] = await run('keychain', 'take')
    expect(after).toMatchObject({ source: 'keychain' })
    expect(after).not.toEqual(before)
    expect(taken).toBeNull()
  })

  it('is not in the kernel’s keyring, nor is a one-time key', async () => {
    await run('keychain', 'put')
    const keys = await readFile('/proc/keys', 'utf8')
    expect(keys).toContain('keyring')
    expect(keys).not.toContain(deviceId)
  })

  it.each(['was made', 'was never made'])(
    'is none, soon and with the reason, in a locked keyring where it %s',
    async (when) => {
      if (when === 'was made') await run('keychain')
      await keychain.lock()
      const [opened, refused] = await probe(keychain.environment, deviceId, 'auto', 'keychain')
      expect(opened?.outcome).toMatchObject({ source: 'none', reason: DOES_NOT_ANSWER })
      expect(opened?.tookMs).toBeLessThan(SOON_MS)
      expect(refused?.outcome).toMatchObject({ code: 'device-key-unusable' })
      await expectNoAgent()
    },
  )

  it('ends its agent with the process that was killed while a prompt waited', async () => {
    await keychain.lock()
    const address = keychain.environment.DBUS_SESSION_BUS_ADDRESS ?? ''
    const opening = probe(keychain.environment, deviceId, 'keychain').catch(() => 'killed')
    await expect.poll(() => processesWith('keychain-agent', address), { timeout: 5_000 }).toHaveLength(1)
    await sleep(500)
    for (const id of await processesWith(PROBE, address)) process.kill(id, 'SIGKILL')
    expect(await opening).toBe('killed')
    await expectNoAgent()
  })
})

describe.runIf(process.platform === 'linux')('the device key without a keyring', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-no-keychain-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it.each<[string, () => Environment]>([
    ['without D-Bus', () => ({})],
    ['without D-Bus in its session', () => ({ XDG_RUNTIME_DIR: folder })],
    ['where D-Bus is gone', () => ({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'gone')}` })],
  ])('is none at once %s', async (_what, environment) => {
    const [opened, destroyed] = await probe(environment(), 'DR-0042', 'auto', 'destroy')
    expect(opened?.outcome).toMatchObject({ source: 'none', reason: expect.stringMatching(/^the keychain cannot be /) })
    expect(opened?.tookMs).toBeLessThan(AT_ONCE_MS)
    expect(destroyed?.outcome).toBe('none')
  })

  it('is none, soon, where D-Bus takes every call and answers none', async () => {
    const bus = createServer(() => {}).listen(join(folder, 'bus'))
    await once(bus, 'listening')
    try {
      const [opened] = await probe({ XDG_RUNTIME_DIR: folder }, 'DR-0042', 'auto')
      expect(opened?.outcome).toMatchObject({ source: 'none', reason: DOES_NOT_ANSWER })
      expect(opened?.tookMs).toBeLessThan(SOON_MS)
    } finally {
      bus.close()
    }
  })
})

describe.runIf(process.platform === 'linux')('a copy of the built helper', () => {
  let folder: string
  let agent: ChildProcess
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-built-'))
    await cp(join(ROOT, 'dist', 'helper'), folder, { recursive: true })
    agent = fork(join(folder, 'keychain-agent.mjs'), { env: {}, execArgv: [] })
  })
  afterEach(async () => {
    agent.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  /** Asks for a key on no bus at all: the answer tells how far it came. */
  async function askAgent(): Promise<unknown> {
    agent.send({ id: 1, operation: 'getPassword', service: 'digital-receptionist', account: 'device-key DR-0042' })
    return (await once(agent, 'message'))[0]
  }

  it('loads its native module from beside it', async () => {
    expect(await askAgent()).toEqual({ id: 1, failure: expect.stringContaining('DBUS_SESSION_BUS_ADDRESS') })
    const loaded = (await readFile(`/proc/${agent.pid}/maps`, 'utf8')).match(/\S+keyring\S+\.node$/m)
    expect(loaded?.[0]).toMatch(new RegExp(`^${folder}/node_modules/@napi-rs/keyring-`))
  })

  it('answers all the same where its native module is missing', async () => {
    await rm(join(folder, 'node_modules', '@napi-rs'), { recursive: true })
    expect(await askAgent()).toEqual({ id: 1, failure: 'its native module does not load' })
  })

  it('keeps an agent that ends with its helper only, not when a supervisor stops them both', async () => {
    await askAgent()
    for (const signal of ['SIGTERM', 'SIGINT'] as const) agent.kill(signal)
    expect(await askAgent()).toMatchObject({ id: 1 })
    agent.disconnect()
    expect(await once(agent, 'exit')).toEqual([null, 'SIGKILL'])
  })

  it('holds the licences of what it brings along', async () => {
    const names = await readdir(join(folder, 'node_modules'), { recursive: true })
    expect(names.filter((name) => /LICENSE/.test(name))).toHaveLength(2)
  })
})
