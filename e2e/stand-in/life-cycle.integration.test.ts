/** How the stand-in starts and ends: one instance, clean quits, no Chromium left behind, a second eye on the screen. */
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { runFixture } from './fixtures/run-fixture.ts'
import { isProcessAlive } from './single-instance-lock.ts'

const REPORT_END = `
for (const name of ['before-quit', 'will-quit', 'quit']) app.on(name, () => report('event', name))`
const LOCKED = `
const first = app.requestSingleInstanceLock({ from: process.pid })
report('lock', first)
if (!first) app.quit()
app.on('second-instance', (event, argv, workingDirectory, data) => report('second', { argv: argv.slice(-2), workingDirectory, data }))`

function chromiumOf(userData: string): number {
  return Number(/-(\d+)$/.exec(readlinkSync(join(userData, 'SingletonLock')))?.[1])
}

/** Every process whose command line names this folder: Chromium has many. */
function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(`${folder}/fixture`)
      } catch {
        // It ended while we looked.
        return false
      }
    })
    .map(Number)
}

async function untilGone(folder: string, limitMs: number): Promise<number[]> {
  const deadlineMs = performance.now() + limitMs
  while (processesOf(folder).length > 0 && performance.now() < deadlineMs) await delay(20)
  return processesOf(folder)
}

describe('the life cycle', { timeout: 60_000 }, () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('quits in order on %s, with Chromium', async (signal) => {
    const fixture = runFixture({ beforeReady: REPORT_END })
    await fixture.reported('loaded')
    expect(processesOf(fixture.folder).length).toBeGreaterThan(1)
    fixture.child.kill(signal)
    expect(await fixture.ended()).toEqual({ exitCode: 0, signal: null })
    for (const name of ['before-quit', 'will-quit', 'quit']) expect(await fixture.reported('event')).toBe(name)
    expect(await untilGone(fixture.folder, 1_000)).toEqual([])
    expect(fixture.stderr()).toBe('')
  })

  it('tells the events of a quit in Electron’s order and lets before-quit prevent it', async () => {
    const fixture = runFixture({
      beforeReady: `${REPORT_END}
        let asked = 0
        app.on('before-quit', (event) => { asked += 1; if (asked === 1) event.preventDefault() })
        process.on('message', () => { app.quit(); app.quit() })`,
    })
    await fixture.reported('loaded')
    fixture.tell({})
    const events = [await fixture.reported('event'), await fixture.reported('event'), await fixture.reported('event')]
    expect([...events, await fixture.reported('event')]).toEqual(['before-quit', 'before-quit', 'will-quit', 'quit'])
    expect(await fixture.ended()).toEqual({ exitCode: 0, signal: null })
  })

  it('exits with the code of app.exit', async () => {
    const fixture = runFixture({ withWindow: `window.webContents.once('did-finish-load', () => app.exit(7))` })
    expect(await fixture.ended()).toEqual({ exitCode: 7, signal: null })
  })

  it('quits when its last window closes and nobody listens', async () => {
    const fixture = runFixture({
      withWindow: `window.on('closed', () => report('closed')); window.webContents.once('did-finish-load', () => window.close())`,
    })
    await fixture.reported('closed')
    expect(await fixture.ended()).toEqual({ exitCode: 0, signal: null })
  })

  it('leaves no Chromium behind after kill -9', async () => {
    const fixture = runFixture({})
    await fixture.reported('loaded')
    expect(processesOf(fixture.folder).length).toBeGreaterThan(1)
    process.kill(fixture.processId, 'SIGKILL')
    expect(await fixture.ended()).toEqual({ exitCode: null, signal: 'SIGKILL' })
    expect(await untilGone(fixture.folder, 5_000)).toEqual([])
  })

  it('crashes like Electron when Chromium is killed', async () => {
    const fixture = runFixture({})
    await fixture.reported('loaded')
    process.kill(chromiumOf(fixture.userData), 'SIGKILL')
    expect(await fixture.ended()).toEqual({ exitCode: 1, signal: null })
    await expect.poll(() => fixture.stderr()).toContain('Chromium ended by itself')
  })

  it('refuses the second instance and tells the first', async () => {
    const first = runFixture({ beforeReady: LOCKED })
    expect(await first.reported('lock')).toBe(true)
    await first.reported('loaded')
    const second = runFixture({ beforeReady: LOCKED, folder: first.folder, switches: ['--again'] })
    expect(await second.reported('lock')).toBe(false)
    expect(await second.ended()).toEqual({ exitCode: 0, signal: null })
    expect(second.countOf('loaded')).toBe(0)
    expect(await first.reported('second')).toEqual({
      argv: ['--again', join(first.folder, 'main.cjs')],
      workingDirectory: process.cwd(),
      data: { from: second.processId },
    })
  })

  it('takes over the lock and the profile of an instance that was killed', async () => {
    const first = runFixture({ beforeReady: LOCKED })
    await first.reported('loaded')
    process.kill(first.processId, 'SIGKILL')
    // At once, as PM2 restarts: the Chromium of before may still be dying.
    const second = runFixture({ beforeReady: LOCKED, folder: first.folder })
    expect(await second.reported('lock')).toBe(true)
    expect(await second.reported('loaded')).toBe('app://kiosk/index.html')
  })

  it('takes over a lock whose process id is another’s by now', async () => {
    const first = runFixture({ beforeReady: LOCKED })
    await first.reported('loaded')
    first.child.kill('SIGKILL')
    await first.ended()
    const holder = { processId: process.pid, startedAt: '1', socketPath: join(first.folder, 'none.sock') }
    writeFileSync(join(first.userData, 'stand-in.lock'), JSON.stringify(holder))
    const second = runFixture({ beforeReady: LOCKED, folder: first.folder })
    expect(await second.reported('lock')).toBe(true)
  })

  it('gives the lock back when it quits', async () => {
    const fixture = runFixture({ beforeReady: LOCKED })
    await fixture.reported('loaded')
    fixture.child.kill('SIGTERM')
    await fixture.ended()
    expect(existsSync(join(fixture.userData, 'stand-in.lock'))).toBe(false)
  })
})

describe('sessions', { timeout: 60_000 }, () => {
  const page = `const before = localStorage.getItem('kept'); localStorage.setItem('kept', 'yes'); kiosk.report('before', before)`
  it.each([
    { name: 'forgets an in-memory partition', partition: 'kiosk', before: null },
    { name: 'remembers a persistent partition', partition: 'persist:kiosk', before: 'yes' },
  ])('$name from one run to the next', async ({ partition, before }) => {
    const app = {
      page,
      beforeWindow: `const chosen = session.fromPartition('${partition}'); if (chosen !== kioskSession) chosen.protocol.handle('app', (request) => new Response(...(request.url.endsWith('.js') ? [answers['/page.js'][0], { headers: { 'content-type': 'text/javascript' } }] : [html, { headers: { 'content-type': 'text/html' } }])))`,
      webPreferences: `session: session.fromPartition('${partition}')`,
    }
    const first = runFixture(app)
    expect(await first.reported('before')).toBe(null)
    await first.reported('loaded')
    await delay(1_500)
    first.child.kill('SIGTERM')
    await first.ended()
    const second = runFixture({ ...app, folder: first.folder })
    expect(await second.reported('before')).toBe(before)
  })
})

describe('a page in trouble', { timeout: 60_000 }, () => {
  it('is told as gone when its renderer crashes, and loads again', async () => {
    const fixture = runFixture({
      beforeReady: `app.on('render-process-gone', (event, contents, details) => report('app-told', details.reason))`,
      withWindow: `
        window.webContents.once('did-finish-load', () => window.webContents.forcefullyCrashRenderer())
        window.webContents.on('render-process-gone', (event, details) => {
          report('gone', details.reason)
          window.webContents.once('did-finish-load', () => report('again', window.webContents.getURL()))
          window.webContents.reload()
        })`,
      page: `kiosk.report('bridge', typeof kiosk)`,
    })
    expect(await fixture.reported('gone')).toBe('crashed')
    expect(await fixture.reported('app-told')).toBe('crashed')
    expect(await fixture.reported('again')).toBe('app://kiosk/index.html')
    expect([await fixture.reported('bridge'), await fixture.reported('bridge')]).toEqual(['object', 'object'])
  })

  it('is told as unresponsive when its script never ends, and can be crashed', async () => {
    const fixture = runFixture({
      environment: { STAND_IN_HANG_LIMIT_MS: '500' },
      withWindow: `
        window.once('unresponsive', () => { report('hung'); window.webContents.forcefullyCrashRenderer() })
        window.webContents.on('render-process-gone', (event, details) => report('gone', details.reason))`,
      page: `setTimeout(() => { for (;;) {} }, 300)`,
    })
    await fixture.reported('hung')
    expect(await fixture.reported('gone')).toBe('crashed')
  })

  it.each([
    { url: 'http://127.0.0.1:9/', error: "Error: ERR_UNSAFE_PORT (-312) loading 'http://127.0.0.1:9/'" },
    { url: 'http://127.0.0.1:65500/', error: "Error: ERR_CONNECTION_REFUSED (-102) loading 'http://127.0.0.1:65500/'" },
    { url: 'http://nowhere.invalid/', error: "Error: ERR_NAME_NOT_RESOLVED (-105) loading 'http://nowhere.invalid/'" },
  ])('rejects loadURL($url) as Electron does', async ({ url, error }) => {
    const fixture = runFixture({
      withWindow: `
        window.webContents.on('did-fail-load', (event, number, code, url) => report('failure', [number, code, url]))
        await window.loadURL('${url}').catch((error) => report('rejected', String(error)))`,
    })
    expect(await fixture.reported('rejected')).toBe(error)
    expect(await fixture.reported('failure')).toEqual([expect.any(Number), expect.stringMatching(/^ERR_/), url])
    expect(await fixture.reported('loaded')).toBe('app://kiosk/index.html')
  })
})

describe('a second client of the protocol', { timeout: 60_000 }, () => {
  it('sees the pixels, presses buttons and leaves routing and bridge alone', async () => {
    const fixture = runFixture({
      switches: ['--remote-debugging-port=0'],
      environment: { STAND_IN_SCREEN: '1280x720' },
      html: '<!doctype html><style>body{margin:0;background:rgb(1,2,3)}button{position:fixed;left:100px;top:100px;width:200px;height:80px}</style><button>Press</button><script src="/page.js"></script>',
      page: `document.querySelector('button').onclick = async () => kiosk.report('pressed', { size: [innerWidth, innerHeight], status: (await fetch('/later')).status })`,
    })
    await fixture.reported('loaded')
    const browser = await chromium.connectOverCDP(await fixture.devToolsUrl())
    try {
      const page = browser
        .contexts()
        .flatMap((context) => context.pages())
        .find((each) => each.url().includes('kiosk'))
      if (page === undefined) throw new Error('the second client sees no page')
      await page.click('button')
      expect(await fixture.reported('pressed')).toEqual({ size: [1280, 720], status: 200 })
      const { width, height, data } = PNG.sync.read(await page.screenshot())
      expect([width, height, ...data.subarray(0, 3)]).toEqual([1280, 720, 1, 2, 3])
      await page.reload()
      await page.click('button')
      expect(await fixture.reported('pressed')).toEqual({ size: [1280, 720], status: 200 })
    } finally {
      await browser.close()
    }
    expect(isProcessAlive(fixture.processId)).toBe(true)
  })
})
