import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findMosquitto } from '../../demo/broker/find-mosquitto.ts'
import { processesOf } from '../../demo/find-secrets.ts'
import { readQrCode } from '../../demo/qr-reader.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const DEMO = join(ROOT, 'demo', 'main.ts')
const FLEETCTL = join(ROOT, 'dist', 'fleet', 'fleetctl.mjs')

/** Where the demo makes its folders, on disk and in memory, so that whatever it leaves can be seen. */
type Places = { temporary: string; memory: string }

function startDemo(
  args: readonly string[],
  { temporary, memory }: Places,
): ChildProcessByStdio<null, Readable, Readable> {
  const env = { ...process.env, TMPDIR: temporary, XDG_RUNTIME_DIR: memory }
  return spawn(process.execPath, [DEMO, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

describe.runIf(process.platform === 'linux')('npm run demo', () => {
  let temporary: string
  let memory: string

  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'demo-test-'))
    memory = await mkdtemp('/dev/shm/demo-test-')
  })
  afterEach(async () => {
    for (const folder of [temporary, memory]) await rm(folder, { recursive: true, force: true })
  })

  async function expectNothingLeft(besides: string[]): Promise<void> {
    expect(await readdir(temporary)).toEqual(besides)
    expect(await readdir(memory)).toEqual([])
    expect((await processesOf([temporary])).map(({ processId }) => processId)).toEqual([])
  }

  it.each([
    ['', [], 'You can look up'],
    [' like Entra ID', ['--entra-like'], 'You can look up'],
    [' through a company’s portal', ['--portal'], 'The kiosk has your sign-in'],
  ])('signs in by itself%s and leaves nothing but the pictures', async (_what, extra, phoneSaid) => {
    const screenshotsFolder = join(temporary, 'screenshots')
    const args = ['--approve', '--once', '--json', '--interval', '1', '--screenshots', screenshotsFolder, ...extra]
    const demo = startDemo(args, { temporary, memory })
    const [stdout, stderr, [code]] = await Promise.all([text(demo.stdout), text(demo.stderr), once(demo, 'exit')])
    expect(code, stderr).toBe(0)
    const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    expect(report).toMatchObject({
      signedIn: true,
      displayName: 'Alex Morgan',
      phoneSaid,
      userCode: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/),
      approveToConfirmingMs: expect.any(Number),
      startToCodeMs: expect.any(Number),
      runtime: expect.stringMatching(/^(electron|chromium-stand-in)$/),
    })
    const picture = report.screenshots.find((path: string) => path.endsWith('awaitingApproval.png'))
    expect(readQrCode(await readFile(picture))).toBe(report.qrText)
    await expectNothingLeft(['screenshots'])
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing at all after %s', async (signal) => {
    const demo = startDemo(['--screenshots', join(temporary, 'screenshots')], { temporary, memory })
    let stdout = ''
    demo.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    await expect.poll(() => stdout, { timeout: 30_000 }).toContain('awaitingApproval')
    demo.kill(signal)
    expect((await once(demo, 'exit'))[0]).toBe(130)
    await expectNothingLeft([])
  })

  it.skipIf(findMosquitto() === null)('runs a fleet that obeys its operator, and leaves nothing', async () => {
    const demo = startDemo(['--fleet', '3', '--screenshots', join(temporary, 'screenshots')], { temporary, memory })
    let stdout = ''
    demo.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    await expect
      .poll(() => stdout, { timeout: 45_000 })
      .toMatch(/fleet page +http:[\s\S]*fleetctl watch --settings \S+\n/)
    const [, settings = ''] = /watch --settings (\S+)/.exec(stdout) ?? []
    const order = ['diagnose', '--site', 'Building 4', '--json', '--settings', settings]
    const fleetctl = spawn(process.execPath, [FLEETCTL, ...order], { stdio: ['ignore', 'pipe', 'ignore'] })
    const said = await text(fleetctl.stdout)
    expect(JSON.parse(said.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ kind: 'summary', kiosks: 3, done: 3 })
    demo.kill('SIGINT')
    expect((await once(demo, 'exit'))[0]).toBe(130)
    await expectNothingLeft([])
  })

  it('says what is wrong with its arguments', async () => {
    const demo = startDemo(['--aprove'], { temporary, memory })
    const [stderr, [code]] = await Promise.all([text(demo.stderr), once(demo, 'exit')])
    expect(code).toBe(1)
    expect(stderr).toContain("Unknown option '--aprove'")
    expect(stderr).toContain('Usage: npm run demo')
  })
})
