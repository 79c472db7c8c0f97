import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { processesOf } from '../../demo/find-secrets.ts'
import { readQrCode } from '../../demo/qr-reader.ts'

const DEMO = join(import.meta.dirname, '..', '..', 'demo', 'main.ts')

function startDemo(args: readonly string[], temporary: string): ChildProcessByStdio<null, Readable, Readable> {
  // The demo makes its folders here, so that whatever it leaves can be seen.
  const { XDG_RUNTIME_DIR: _, ...inherited } = process.env
  const env = { ...inherited, TMPDIR: temporary }
  return spawn(process.execPath, [DEMO, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

const kioskFoldersInMemory = async () => (await readdir('/dev/shm')).filter((name) => name.startsWith('kiosk-'))

describe.runIf(process.platform === 'linux')('npm run demo', () => {
  let temporary: string
  let foldersBefore: string[]

  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'demo-test-'))
    foldersBefore = await kioskFoldersInMemory()
  })
  afterEach(() => rm(temporary, { recursive: true, force: true }))

  async function expectNothingLeft(besides: string[]): Promise<void> {
    expect(await readdir(temporary)).toEqual(besides)
    expect(await kioskFoldersInMemory()).toEqual(foldersBefore)
    expect((await processesOf([temporary])).map(({ processId }) => processId)).toEqual([])
  }

  it.each([
    ['', []],
    [' like Entra ID', ['--entra-like']],
  ])('signs in by itself%s and leaves nothing but the pictures', async (_what, extra) => {
    const screenshotsFolder = join(temporary, 'screenshots')
    const args = ['--approve', '--once', '--json', '--interval', '1', '--screenshots', screenshotsFolder, ...extra]
    const demo = startDemo(args, temporary)
    const [stdout, stderr, [code]] = await Promise.all([text(demo.stdout), text(demo.stderr), once(demo, 'exit')])
    expect(code, stderr).toBe(0)
    const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    expect(report).toMatchObject({
      signedIn: true,
      displayName: 'Alex Morgan',
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
    const demo = startDemo(['--screenshots', join(temporary, 'screenshots')], temporary)
    let stdout = ''
    demo.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    await expect.poll(() => stdout, { timeout: 30_000 }).toContain('awaitingApproval')
    demo.kill(signal)
    expect((await once(demo, 'exit'))[0]).toBe(130)
    await expectNothingLeft([])
  })

  it('says what is wrong with its arguments', async () => {
    const demo = startDemo(['--aprove'], temporary)
    const [stderr, [code]] = await Promise.all([text(demo.stderr), once(demo, 'exit')])
    expect(code).toBe(1)
    expect(stderr).toContain("Unknown option '--aprove'")
    expect(stderr).toContain('Usage: npm run demo')
  })
})
