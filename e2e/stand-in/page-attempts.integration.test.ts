/** What a page or a person tries by frames, keys, drops and addresses of other programs, in pairs: with a handler and without. */
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startOutsideServer } from './fixtures/outside-server.ts'
import { type Fixture, runFixture } from './fixtures/run-fixture.ts'

const SWITCHES = ['--remote-debugging-port=0']
// Long enough for what was refused to happen all the same.
const SETTLE_MS = 700

async function openGlass(fixture: Fixture): Promise<{ browser: Browser; page: Page; devTools: CDPSession }> {
  await fixture.reported('loaded')
  const browser = await chromium.connectOverCDP(await fixture.devToolsUrl())
  onTestFinished(() => browser.close())
  const page = browser
    .contexts()
    .flatMap((context) => context.pages())
    .find((each) => each.url().includes('kiosk'))
  if (!page) throw new Error('the fixture shows no page')
  return { browser, page, devTools: await page.context().newCDPSession(page) }
}

describe('a frame within the page', { timeout: 30_000 }, () => {
  const page = (url: string) =>
    `const f = document.createElement('iframe'); f.src = '${url}'; f.onload = () => kiosk.report('frame loaded'); document.body.append(f)`

  it('loads while nobody prevents it', async () => {
    const outside = await startOutsideServer()
    const fixture = runFixture({ page: page(`${outside.origin}/frame`) })
    await fixture.reported('frame loaded')
    expect(outside.requested()).toEqual(['/frame'])
  })

  it('requests nothing where will-frame-navigate prevents it, which will-navigate never hears of', async () => {
    const outside = await startOutsideServer()
    const fixture = runFixture({
      withWindow: `window.webContents.on('will-navigate', (event) => report('asked as a page', event.url))
        window.webContents.on('will-frame-navigate', (event) => { report('asked', [event.url, event.isMainFrame]); event.preventDefault() })`,
      page: page(`${outside.origin}/frame`),
    })
    expect(await fixture.reported('asked')).toEqual([`${outside.origin}/frame`, false])
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    expect(outside.requested()).toEqual([])
    expect(fixture.countOf('asked as a page')).toBe(0)
  })
})

const HEAR_KEYS = `for (const type of ['keydown', 'keyup']) addEventListener(type, ({ key }) => kiosk.report('heard', type + ' ' + key), true)`

describe('a key', { timeout: 30_000 }, () => {
  it('reaches the page while nobody listens for it', async () => {
    const fixture = runFixture({ switches: SWITCHES, page: HEAR_KEYS })
    const { page } = await openGlass(fixture)
    await page.keyboard.press('F5')
    expect(await fixture.reported('heard')).toBe('keydown F5')
    expect(await fixture.reported('heard')).toBe('keyup F5')
  })

  it('never does where before-input-event prevents it', async () => {
    const fixture = runFixture({
      switches: SWITCHES,
      page: HEAR_KEYS,
      withWindow: `window.webContents.on('before-input-event', (event, input) => {
        report('asked', [input.type, input.key, input.control])
        if (input.control) event.preventDefault()
      })`,
    })
    const { page } = await openGlass(fixture)
    await page.keyboard.press('Control+r')
    await page.keyboard.press('a')
    expect(await fixture.reported('asked')).toEqual(['keyDown', 'Control', true])
    expect(await fixture.reported('asked')).toEqual(['keyDown', 'r', true])
    const heard = [await fixture.reported('heard'), await fixture.reported('heard')]
    // With the last key let go nothing is held any more.
    expect(heard).toEqual(['keyup Control', 'keydown a'])
  })
})

describe('an address of another program', { timeout: 30_000 }, () => {
  const page = `setTimeout(() => { location.href = 'mailto:a@b.test' }, 50); setTimeout(() => kiosk.report('later'), ${SETTLE_MS})`
  const HANDED_ON = 'hands mailto:a@b.test to the operating system'

  it('is handed to it while nobody prevents it', async () => {
    const fixture = runFixture({ page })
    await expect.poll(() => fixture.stderr()).toContain(HANDED_ON)
  })

  it.each([
    [
      'the permission to open it is denied',
      `kioskSession.setPermissionRequestHandler((contents, permission, decide, details) => { report('asked', [permission, details.externalURL]); decide(false) })`,
      ['openExternal', 'mailto:a@b.test'],
    ],
    ['will-navigate prevents it', '', 'mailto:a@b.test'],
  ])('is handed to nobody where %s', async (_name, beforeWindow, asked) => {
    const withWindow = `window.webContents.on('will-navigate', (event) => { report('asked', event.url); event.preventDefault() })`
    const fixture = runFixture({ page, beforeWindow, ...(beforeWindow === '' && { withWindow }) })
    expect(await fixture.reported('asked')).toEqual(asked)
    await fixture.reported('later')
    expect(fixture.stderr()).not.toContain(HANDED_ON)
  })
})

describe('a link dropped onto the page', { timeout: 30_000 }, () => {
  async function drop({ devTools }: { devTools: CDPSession }, url: string): Promise<void> {
    const data = { items: [{ mimeType: 'text/uri-list', data: url }], files: [], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'dragOver', 'drop'] as const) {
      await devTools.send('Input.dispatchDragEvent', { type, x: 100, y: 100, data })
    }
  }

  it('opens with navigateOnDragDrop', async () => {
    const outside = await startOutsideServer()
    const fixture = runFixture({ switches: SWITCHES, webPreferences: 'navigateOnDragDrop: true' })
    await drop(await openGlass(fixture), `${outside.origin}/dropped`)
    await expect.poll(() => outside.requested()).toEqual(['/dropped'])
  })

  it('opens nowhere without', async () => {
    const outside = await startOutsideServer()
    const fixture = runFixture({ switches: SWITCHES })
    await drop(await openGlass(fixture), `${outside.origin}/dropped`)
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    expect(outside.requested()).toEqual([])
  })

  it('is still the page’s own where the page takes drops', async () => {
    const fixture = runFixture({
      switches: SWITCHES,
      page: `addEventListener('dragover', (event) => event.preventDefault()); addEventListener('drop', (event) => { event.preventDefault(); kiosk.report('dropped', event.dataTransfer.getData('text/uri-list')) })`,
    })
    await drop(await openGlass(fixture), 'https://taken.test/')
    expect(await fixture.reported('dropped')).toBe('https://taken.test/')
  })
})

describe('app.isPackaged', { timeout: 30_000 }, () => {
  it.each([
    ['1', true],
    ['0', false],
    ['', false],
  ])('with STAND_IN_PACKAGED=%s is %s', async (value, isPackaged) => {
    const fixture = runFixture({
      beforeReady: `report('packaged', app.isPackaged)`,
      environment: { STAND_IN_PACKAGED: value },
    })
    expect(await fixture.reported('packaged')).toBe(isPackaged)
  })
})
