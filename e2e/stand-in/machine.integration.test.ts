/** What happens to the machine that the stand-in pretends, and to the processes below it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pretendMachine } from '../pretended-machine.ts'
import { type Fixture, type FixtureApp, runFixture } from './fixtures/run-fixture.ts'

function runWithControl(app: FixtureApp): { fixture: Fixture; machine: ReturnType<typeof pretendMachine> } {
  const controlPath = join('/tmp', `stand-in-control-${process.pid}-${Date.now()}.sock`)
  const fixture = runFixture({ ...app, environment: { STAND_IN_CONTROL: controlPath } })
  return { fixture, machine: pretendMachine(controlPath) }
}

/** The one process of this kind below the fixture's Chromium. */
function processOf(folder: string, type: string): number {
  const found = readdirSync('/proc').find((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8')
      return command.includes(`--type=${type}`) && command.includes(folder)
    } catch {
      // It ended while we looked.
      return false
    }
  })
  return Number(found)
}

const SCREEN_EVENTS = `
const { screen } = electron
for (const name of ['display-added', 'display-removed', 'display-metrics-changed'])
  screen.on(name, (event, { label, bounds, scaleFactor, rotation }, metrics) =>
    report('display', [name, label, bounds.x + ' ' + bounds.width + 'x' + bounds.height, scaleFactor, rotation, metrics ?? null]))`

describe('the pretended machine', { timeout: 60_000 }, () => {
  it('plugs displays in and out, turns and rescales them, with Electron’s events', async () => {
    const { fixture, machine } = runWithControl({ beforeWindow: SCREEN_EVENTS })
    await fixture.reported('loaded')
    const panel = { label: 'stand-in', width: 1920, height: 1080 }
    await machine.displays({ ...panel, width: 1080, height: 1920, rotation: 90 })
    expect(await fixture.reported('display')).toEqual([
      'display-metrics-changed',
      'stand-in',
      '0 1080x1920',
      1,
      90,
      ['bounds', 'workArea', 'rotation'],
    ])
    await machine.displays({ ...panel, scaleFactor: 2 }, { label: 'TV', width: 1280, height: 720 })
    expect(await fixture.reported('display')).toEqual([
      'display-metrics-changed',
      'stand-in',
      '0 960x540',
      2,
      0,
      ['bounds', 'workArea', 'scaleFactor', 'rotation'],
    ])
    expect(await fixture.reported('display')).toEqual(['display-added', 'TV', '960 1280x720', 1, 0, null])
    await machine.displays()
    expect(await fixture.reported('display')).toEqual(['display-removed', 'stand-in', '0 960x540', 2, 0, null])
    expect(await fixture.reported('display')).toEqual(['display-removed', 'TV', '960 1280x720', 1, 0, null])
    expect(fixture.stderr()).toBe('')
  })

  it('keeps a full-screen window on its display until the app moves it', async () => {
    const { fixture, machine } = runWithControl({
      withWindow: `window.setKiosk(true)
        electron.screen.on('display-added', (event, { bounds }) => { window.setKiosk(false); window.setBounds(bounds); window.setKiosk(true); report('bounds', window.getBounds()) })`,
      page: `addEventListener('resize', () => kiosk.report('size', innerWidth + 'x' + innerHeight))`,
    })
    await fixture.reported('loaded')
    await machine.displays({ label: 'stand-in', width: 1920, height: 1080 }, { label: 'TV', width: 1280, height: 720 })
    expect(await fixture.reported('bounds')).toEqual({ x: 1920, y: 0, width: 1280, height: 720 })
    for (;;) if ((await fixture.reported('size')) === '1280x720') break
  })

  it('sleeps and wakes when told, and knows what keeps its display awake', async () => {
    const { fixture, machine } = runWithControl({
      beforeWindow: `
        const { powerMonitor, powerSaveBlocker } = electron
        for (const name of ['suspend', 'resume', 'lock-screen', 'unlock-screen']) powerMonitor.on(name, () => report('power', name))
        const id = powerSaveBlocker.start('prevent-display-sleep')
        powerMonitor.on('resume', () => powerSaveBlocker.stop(id))`,
    })
    await fixture.reported('loaded')
    expect(await machine.isKeptAwake()).toBe(true)
    for (const event of ['suspend', 'resume', 'lock-screen', 'unlock-screen'] as const) {
      await machine.power(event)
      expect(await fixture.reported('power')).toBe(event)
    }
    expect(await machine.isKeptAwake()).toBe(false)
  })

  it('says where a hung page hangs, crashes it on demand, and loads it again with its preload', async () => {
    const fixture = runFixture({
      withWindow: `
        const contents = window.webContents
        contents.on('before-input-event', () => {})
        contents.on('render-process-gone', (event, { reason }) => { report('gone', reason); contents.loadURL('app://kiosk/index.html') })
        process.on('message', async ({ order }) => {
          if (order === 'crash') contents.forcefullyCrashRenderer()
          else report('stack', await contents.mainFrame.collectJavaScriptCallStack())
        })`,
      page: `kiosk.report('document', 'loaded')
        if (!localStorage.hung) { localStorage.hung = 1; setTimeout(function spin() { for (;;) if (performance.now() < 0) break }, 500) }`,
    })
    expect(await fixture.reported('document')).toBe('loaded')
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    fixture.tell({ order: 'stack' })
    expect(await fixture.reported('stack')).toMatch(/^ {4}at spin \(app:\/\/kiosk\/page\.js:2:\d+\)$/m)
    fixture.tell({ order: 'crash' })
    expect(await fixture.reported('gone')).toBe('crashed')
    expect(await fixture.reported('document')).toBe('loaded')
    expect(fixture.stderr()).toBe('')
  })

  it.runIf(process.platform === 'linux')('tells of a GPU process that is gone', async () => {
    const fixture = runFixture({
      beforeReady: `app.on('child-process-gone', (event, details) => report('child', details))`,
    })
    await fixture.reported('loaded')
    // Seen alive once, before its end can be noticed.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    process.kill(processOf(fixture.folder, 'gpu-process'), 'SIGKILL')
    expect(await fixture.reported('child')).toEqual({ type: 'GPU', reason: 'killed', exitCode: 9 })
  })
})
