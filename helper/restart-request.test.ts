import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isRestartRequested } from './restart-request.ts'

function frame(text: string): Buffer {
  const [part, id] = [Buffer.from(text), Buffer.from('s:1')]
  const lengths = [part, id].map(({ length }) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(length)
    return bytes
  })
  return Buffer.concat([Buffer.from([0x12]), lengths[0] ?? part, part, lengths[1] ?? id, id])
}

const frameOf = (answer: unknown) => frame(`j:${JSON.stringify(answer)}`)

/** When PM2 was asked: its note is always a little older, however late it answers. */
let askedAtEpochMs = 0

/** An app's entry in PM2's answer: this process, asked to restart just now, unless changed. */
function app(changes: Record<string, unknown> = {}, pid: unknown = process.pid) {
  const created_at = askedAtEpochMs - 20
  return { pid, name: 'helper', pm2_env: { status: 'stopping', created_at, env: { X: 'y' }, ...changes } }
}

const listOf = (...apps: unknown[]) => frameOf({ args: [apps] })

describe.runIf(process.platform !== 'win32')('whether PM2 asked for a restart', () => {
  let home: string
  let god: Server | undefined
  let asked: string

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'kiosk-pm2-'))
    asked = ''
  })
  afterEach(async () => {
    await new Promise((resolve) => (god ? god.close(resolve) : resolve(null)))
    god = undefined
    await rm(home, { recursive: true })
  })

  /** @param answer null: never */
  async function startGod(answer: () => Buffer | null, name = 'rpc.sock'): Promise<string> {
    god = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', (chunk) => {
        asked = chunk.toString('latin1')
        const bytes = answer()
        // In two pieces, as a long answer comes.
        if (bytes) socket.write(bytes.subarray(0, 3), () => setTimeout(() => socket.write(bytes.subarray(3)), 5))
      })
    })
    await new Promise<void>((resolve) => god?.listen(join(home, name), resolve))
    return join(home, name)
  }

  function ask(environment: NodeJS.ProcessEnv = { PM2_HOME: home }): Promise<boolean> {
    askedAtEpochMs = Date.now()
    return isRestartRequested({ environment, startedAtEpochMs: askedAtEpochMs - 60_000 })
  }

  it('asks in PM2’s own words, and believes a note of just now about this process', async () => {
    await startGod(() => listOf(app({ created_at: 1 }, 1), app()))
    expect(await ask()).toBe(true)
    expect(asked).toBe('\x12\x00\x00\x00\x37j:{"type":"call","method":"getMonitorData","args":[{}]}\x00\x00\x00\x03s:1')
  })

  it('finds PM2 where PM2 was told to listen', async () => {
    const socketPath = await startGod(() => listOf(app()), 'other.sock')
    expect(await ask({ PM2_HOME: home, PM2_DAEMON_RPC_PORT: socketPath })).toBe(true)
  })

  it('takes no notice of other apps, however odd their entries are', async () => {
    await startGod(() => listOf(null, { pid: 0 }, app({ created_at: null }, 2), app()))
    expect(await ask()).toBe(true)
  })

  it.each<[string, () => Buffer | null]>([
    ['of another process', () => listOf(app({}, process.pid + 1))],
    ['from before this process was started', () => listOf(app({ created_at: askedAtEpochMs - 61_000 }))],
    ['from a while ago, as "pm2 reset" leaves it', () => listOf(app({ created_at: askedAtEpochMs - 250 }))],
    ['from the future', () => listOf(app({ created_at: askedAtEpochMs + 5_000 }))],
    ['that is a string', () => listOf(app({ created_at: String(Date.now()) }))],
    ['that is none', () => listOf(app({ created_at: null }))],
    ['on an app that nobody stops', () => listOf(app({ status: 'online' }))],
  ])('believes no note %s', async (_what, answer) => {
    await startGod(answer)
    expect(await ask()).toBe(false)
  })

  it.each<[string, () => Buffer | null]>([
    ['an error', () => frameOf({ error: 'method does not exist' })],
    ['an empty list', () => listOf()],
    ['no list', () => frameOf({ args: [{}] })],
    ['no JSON', () => frame('j:{"args":')],
    ['a string', () => frame('s:yes')],
    ['HTTP', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['more than an answer can be', () => Buffer.from([0x12, 0x7f, 0xff, 0xff, 0xff, 0x6a, 0x3a])],
  ])('is false when PM2 answers with %s', async (_what, answer) => {
    await startGod(answer)
    expect(await ask()).toBe(false)
  })

  it.each<[string, () => Buffer | null]>([
    ['never', () => null],
    ['half', () => listOf(app()).subarray(0, 40)],
  ])('does not wait for ever for a PM2 that answers %s', async (_what, answer) => {
    await startGod(answer)
    expect(await ask()).toBe(false)
  })

  it.each([
    ['no PM2_HOME', () => ({})],
    ['a relative one', () => ({ PM2_HOME: 'pm2' })],
    ['no PM2 in it', () => ({ PM2_HOME: join(home, 'none') })],
    ['a file instead of its socket', () => ({ PM2_HOME: home, PM2_DAEMON_RPC_PORT: join(home, 'file') })],
  ])('is false with %s', async (_what, environment) => {
    await startGod(() => listOf(app()))
    await writeFile(join(home, 'file'), '')
    expect(await ask(environment())).toBe(false)
    expect(asked).toBe('')
  })

  it.runIf(process.getuid?.() === 0)('asks no socket of another account', async () => {
    await chown(await startGod(() => listOf(app())), 61_001, 61_001)
    expect(await ask()).toBe(false)
    expect(asked).toBe('')
  })
})
