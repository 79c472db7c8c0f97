/** Every lock that a kiosk sets, in pairs: without it Chromium does what Electron would do, with it nothing happens. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startOutsideServer } from './fixtures/outside-server.ts'
import { runFixture } from './fixtures/run-fixture.ts'

// Long enough for what was refused to happen all the same.
const SETTLE_MS = 700

const WAYS_TO_OPEN = [
  { name: 'window.open', script: (url: string) => `window.open('${url}')` },
  { name: 'window.open without an opener', script: (url: string) => `window.open('${url}', '_blank', 'noopener')` },
  {
    name: 'a link with a target',
    script: (url: string) =>
      `const a = document.createElement('a'); a.href = '${url}'; a.target = '_blank'; document.body.append(a); a.click()`,
  },
  {
    name: 'a form with a target',
    script: (url: string) =>
      `const f = document.createElement('form'); f.action = '${url}'; f.target = '_blank'; document.body.append(f); f.submit()`,
  },
]

const WAYS_TO_LEAVE = [
  { name: 'location.href', script: (url: string) => `location.href = '${url}'` },
  {
    name: 'a link',
    script: (url: string) =>
      `const a = document.createElement('a'); a.href = '${url}'; document.body.append(a); a.click()`,
  },
  {
    name: 'a form',
    script: (url: string) =>
      `const f = document.createElement('form'); f.method = 'post'; f.action = '${url}'; document.body.append(f); f.submit()`,
  },
  {
    name: 'meta refresh',
    script: (url: string) =>
      `const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=${url}'; document.head.append(m)`,
  },
]

const TELL_WINDOWS = `process.on('message', () => report('windows', BrowserWindow.getAllWindows().map((each) => each.webContents.getURL())))`

describe('window.open', { timeout: 30_000 }, () => {
  it.each(WAYS_TO_OPEN)('opens a window by $name while no handler is installed', async ({ script }) => {
    const outside = await startOutsideServer()
    const fixture = runFixture({
      beforeReady: `${TELL_WINDOWS}
        app.on('web-contents-created', (event, contents) => contents.on('did-finish-load', () => report('finished', contents.getURL())))`,
      page: `setTimeout(() => { ${script(`${outside.origin}/opened`)} }, 50)`,
    })
    expect(await fixture.reported('finished')).toBe('app://kiosk/index.html')
    expect(await fixture.reported('finished')).toMatch(/\/opened\??$/)
    fixture.tell({})
    expect(await fixture.reported('windows')).toHaveLength(2)
    expect(outside.requested()).toEqual(['/opened'])
  })

  it.each(WAYS_TO_OPEN)('opens nothing and requests nothing by $name where the handler denies', async ({ script }) => {
    const outside = await startOutsideServer()
    const fixture = runFixture({
      beforeReady: TELL_WINDOWS,
      withWindow: `window.webContents.setWindowOpenHandler(({ url }) => { report('asked', url); return { action: 'deny' } })`,
      page: `setTimeout(() => { ${script(`${outside.origin}/opened`)} }, 50)`,
    })
    expect(await fixture.reported('asked')).toContain(`${outside.origin}/opened`)
    await delay(SETTLE_MS)
    fixture.tell({})
    expect(await fixture.reported('windows')).toEqual(['app://kiosk/index.html'])
    expect(outside.requested()).toEqual([])
  })
})

describe('navigation', { timeout: 30_000 }, () => {
  it.each(WAYS_TO_LEAVE)('leaves the app by $name while nobody prevents it', async ({ script }) => {
    const outside = await startOutsideServer()
    const fixture = runFixture({
      withWindow: `window.webContents.on('did-navigate', (event, url, status) => report('navigated', { url, status }))`,
      page: `setTimeout(() => { ${script(`${outside.origin}/left`)} }, 50)`,
    })
    expect(await fixture.reported('navigated')).toEqual({ url: 'app://kiosk/index.html', status: 200 })
    expect(await fixture.reported('navigated')).toMatchObject({ url: expect.stringContaining('/left'), status: 200 })
  })

  it.each(WAYS_TO_LEAVE)('stays in the app after $name where will-navigate prevents it', async ({ script }) => {
    const outside = await startOutsideServer()
    const fixture = runFixture({
      beforeReady: TELL_WINDOWS,
      withWindow: `window.webContents.on('will-navigate', (event, url) => { report('asked', [event.url, url, event.isMainFrame]); event.preventDefault() })`,
      page: `setTimeout(() => { ${script(`${outside.origin}/left`)}; setTimeout(() => kiosk.report('alive'), 400) }, 50)`,
    })
    expect(await fixture.reported('asked')).toEqual([
      expect.stringContaining(`${outside.origin}/left`),
      expect.stringContaining(`${outside.origin}/left`),
      true,
    ])
    await fixture.reported('alive')
    fixture.tell({})
    expect(await fixture.reported('windows')).toEqual(['app://kiosk/index.html'])
    expect(outside.requested()).toEqual([])
  })

  it('asks will-redirect about a redirect and stops there', async () => {
    const outside = await startOutsideServer()
    const fixture = runFixture({
      beforeReady: TELL_WINDOWS,
      withWindow: `window.webContents.on('will-redirect', (event) => { report('asked', event.url); event.preventDefault() })`,
      page: `setTimeout(() => { location.href = '${outside.origin}/first?to=/second' }, 50)`,
    })
    expect(await fixture.reported('asked')).toBe(`${outside.origin}/second`)
    await delay(SETTLE_MS)
    fixture.tell({})
    expect(await fixture.reported('windows')).toEqual(['app://kiosk/index.html'])
    expect(outside.requested()).toEqual(['/first'])
  })

  it('does not ask about loads of the main process itself', async () => {
    const fixture = runFixture({
      withWindow: `window.webContents.on('will-navigate', (event, url) => { report('asked', url); event.preventDefault() })
        window.webContents.once('did-finish-load', () => { window.webContents.reload(); window.webContents.once('did-finish-load', () => report('reloaded')) })`,
    })
    await fixture.reported('reloaded')
    expect(fixture.countOf('asked')).toBe(0)
  })
})

const PERMISSIONS_PAGE = `
const state = async (name) => (await navigator.permissions.query({ name })).state
const located = () => new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve(0), (error) => resolve(error.code), { timeout: 500 }))
const media = () => navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'stream', (error) => error.name)
const run = async () => kiosk.report('permissions', {
  geolocation: await state('geolocation'), notifications: Notification.permission, camera: await state('camera'),
  microphone: await state('microphone'), clipboard: await state('clipboard-read'), refused: (await located()) === 1, media: await media(),
})
run()`
const GRANTED = {
  geolocation: 'granted',
  notifications: 'granted',
  camera: 'granted',
  microphone: 'granted',
  clipboard: 'granted',
  refused: false,
  media: 'stream',
}
const DENIED = {
  geolocation: 'denied',
  notifications: 'denied',
  camera: 'denied',
  microphone: 'denied',
  clipboard: 'denied',
  refused: true,
  media: 'NotAllowedError',
}

describe('permissions', { timeout: 30_000 }, () => {
  it.each([
    { name: 'are granted while no handler is installed', handlers: '', expected: GRANTED },
    {
      name: 'are denied where both handlers deny',
      handlers: `kioskSession.setPermissionRequestHandler((contents, permission, callback) => callback(false)); kioskSession.setPermissionCheckHandler(() => false)`,
      expected: DENIED,
    },
    {
      name: 'stay open where only the request handler denies',
      handlers: `kioskSession.setPermissionRequestHandler((contents, permission, callback) => callback(false))`,
      expected: GRANTED,
    },
    {
      name: 'follow a handler that grants the camera alone',
      handlers: `kioskSession.setPermissionRequestHandler((contents, permission, callback) => callback(false)); kioskSession.setPermissionCheckHandler((contents, permission, origin, { mediaType }) => origin === 'app://kiosk' && permission === 'media' && mediaType === 'video')`,
      expected: { ...DENIED, camera: 'granted', media: 'stream' },
    },
  ])('$name', async ({ handlers, expected }) => {
    const switches = ['--use-fake-device-for-media-stream']
    const fixture = runFixture({ beforeWindow: handlers, page: PERMISSIONS_PAGE, switches })
    expect(await fixture.reported('permissions')).toEqual(expected)
  })
})

describe('downloads', { timeout: 30_000 }, () => {
  const takeFile = (origin: string) => `setTimeout(() => { location.href = '${origin}/file' }, 50)`

  it('happen while nobody prevents them', async () => {
    const outside = await startOutsideServer()
    const fixture = runFixture({
      beforeWindow: `kioskSession.on('will-download', (event, item) => item.once('done', (event, state) => report('done', { state, path: item.getSavePath() })))`,
      page: takeFile(outside.origin),
    })
    const path = join(fixture.folder, 'Downloads', 'taken.txt')
    expect(await fixture.reported('done')).toEqual({ state: 'completed', path })
    expect(existsSync(path)).toBe(true)
  })

  it('leave no file where will-download prevents them', async () => {
    const outside = await startOutsideServer()
    const fixture = runFixture({
      beforeWindow: `kioskSession.on('will-download', (event, item, contents) => { event.preventDefault(); report('asked', [item.getURL(), item.getFilename(), contents.getURL()]) })`,
      page: takeFile(outside.origin),
    })
    expect(await fixture.reported('asked')).toEqual([`${outside.origin}/file`, 'taken.txt', 'app://kiosk/index.html'])
    await delay(SETTLE_MS)
    expect(existsSync(join(fixture.folder, 'Downloads'))).toBe(false)
  })
})

describe('dialogs', { timeout: 30_000 }, () => {
  it('are closed at once with disableDialogs', async () => {
    const fixture = runFixture({
      page: `alert('a'); kiosk.report('confirmed', confirm('b'))`,
      webPreferences: 'disableDialogs: true',
    })
    expect(await fixture.reported('confirmed')).toBe(false)
  })
})
