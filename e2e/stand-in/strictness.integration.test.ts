/** What the stand-in refuses, because Electron refuses it or because it could only pretend. */
import { describe, expect, it } from 'vitest'
import { runFixture } from './fixtures/run-fixture.ts'

const UNKNOWN = [
  { expression: 'app.relaunch()', error: 'electron stand-in: app.relaunch is not implemented' },
  { expression: 'app.name', error: 'electron stand-in: app.name is not implemented' },
  { expression: 'app.foo = 1', error: 'electron stand-in: app.foo is not implemented' },
  { expression: "app.on('activate', () => 0)", error: "electron stand-in: app.on('activate') is not implemented" },
  { expression: "app.getPath('home')", error: "electron stand-in: app.getPath('home') is not implemented" },
  { expression: 'electron.dialog', error: 'electron stand-in: electron.dialog is not implemented' },
  { expression: 'electron.globalShortcut', error: 'electron stand-in: electron.globalShortcut is not implemented' },
  { expression: 'BrowserWindow.fromId(1)', error: 'electron stand-in: BrowserWindow.fromId is not implemented' },
  { expression: 'window.setTitle("x")', error: 'electron stand-in: BrowserWindow.setTitle is not implemented' },
  {
    expression: 'window.webContents.executeJavaScript("1")',
    error: 'electron stand-in: webContents.executeJavaScript is not implemented',
  },
  {
    expression: "window.webContents.on('paint', () => 0)",
    error: "electron stand-in: webContents.on('paint') is not implemented",
  },
  { expression: 'kioskSession.cookies', error: 'electron stand-in: session.cookies is not implemented' },
  {
    expression: 'kioskSession.webRequest.onSendHeaders',
    error: 'electron stand-in: webRequest.onSendHeaders is not implemented',
  },
  {
    expression: 'new BrowserWindow({ kioks: true })',
    error: "electron stand-in: BrowserWindow option 'kioks' is not implemented",
  },
  {
    expression: 'new BrowserWindow({ webPreferences: { sandbok: true } })',
    error: 'electron stand-in: webPreferences.sandbok is not implemented',
  },
  {
    expression: 'new BrowserWindow({ webPreferences: { nodeIntegration: true } })',
    error: 'electron stand-in: webPreferences.nodeIntegration can only be false',
  },
  {
    expression: "kioskSession.protocol.handle('other', () => 0)",
    error: "electron stand-in: protocol.handle('other') needs registerSchemesAsPrivileged first",
  },
  {
    expression: "ipcMain.handle('report', () => 0) ?? ipcMain.handle('report', () => 0)",
    error: "Attempted to register a second handler for 'report'",
  },
  {
    expression: "window.webContents.send('x', new Map())",
    error: 'electron stand-in: IPC cannot carry a Map faithfully',
  },
]
const KNOWN = [
  { expression: 'app.isPackaged', value: false },
  { expression: 'app.getVersion() + app.getName()', value: '1.2.3fixture' },
  {
    expression: "app.commandLine.hasSwitch('some-switch') && app.commandLine.getSwitchValue('some-switch')",
    value: 'on',
  },
  { expression: "app.getPath('userData') === __dirname + '/fixture'", value: true },
  { expression: 'app.getAppPath() === __dirname', value: true },
  { expression: 'typeof process.versions.electron', value: 'string' },
  { expression: "typeof require('electron/main').app.quit", value: 'function' },
  { expression: 'electron.screen.getPrimaryDisplay().size', value: { width: 1920, height: 1080 } },
  { expression: 'BrowserWindow.getAllWindows().length', value: 1 },
  { expression: 'window.getBounds()', value: { x: 0, y: 0, width: 1920, height: 1080 } },
  {
    expression: "electron.powerSaveBlocker.isStarted(electron.powerSaveBlocker.start('prevent-display-sleep'))",
    value: true,
  },
  { expression: 'electron.Menu.setApplicationMenu(null) ?? null', value: null },
  {
    expression: "session.fromPartition('kiosk') === kioskSession && window.webContents.session === kioskSession",
    value: true,
  },
  { expression: 'Promise.resolve(app).then(() => 1)', value: 1 },
]

describe('the main process’s API', { timeout: 30_000 }, () => {
  it('throws by name for what it does not implement, and answers the rest', async () => {
    const works = [...UNKNOWN, ...KNOWN].map(({ expression }) => `async () => (${expression})`)
    const fixture = runFixture({
      switches: ['--some-switch=on'],
      withWindow: `
        const values = []
        for (const work of [${works.join(', ')}]) values.push(await work().catch((error) => ({ error: error.message })))
        report('values', values)`,
    })
    const expected = [...UNKNOWN.map(({ error }) => ({ error })), ...KNOWN.map(({ value }) => value)]
    expect(await fixture.reported('values')).toEqual(expected)
  })

  it.each([
    {
      name: 'a window',
      main: `try { new BrowserWindow() } catch (error) { report('told', error.message) }`,
      told: 'Cannot create BrowserWindow before app is ready',
    },
    {
      name: 'a session',
      main: `try { session.defaultSession } catch (error) { report('told', error.message) }`,
      told: 'Session can only be received when app is ready',
    },
  ])('refuses $name before app is ready', async ({ main, told }) => {
    expect(await runFixture({ beforeReady: main }).reported('told')).toBe(told)
  })

  it('ends with the error of a main script that throws', async () => {
    const fixture = runFixture({ main: `require('electron').app.nothing()` })
    expect(await fixture.ended()).toEqual({ exitCode: 1, signal: null })
    await expect.poll(() => fixture.stderr()).toContain('electron stand-in: app.nothing is not implemented')
  })
})

describe('the app’s own scheme', { timeout: 30_000 }, () => {
  it('is answered by the handler with the app’s URLs and its policy enforced', async () => {
    const fixture = runFixture({
      policy: "default-src 'self'; connect-src app://kiosk; require-trusted-types-for 'script'",
      html: `<!doctype html><body><script>window.inline = 1</script><script src="/page.js?first"></script>`,
      beforeWindow: `
        const requests = []
        const handle = (request) => {
          const { pathname, search } = new URL(request.url)
          requests.push(request.method + ' ' + request.url)
          if (pathname === '/list') return Response.json(requests)
          if (pathname === '/teapot') return new Response('short', { status: 418 })
          if (pathname === '/throws') throw new Error('handler broke')
          return new Response(...(answers[pathname] ? [answers[pathname][0], { headers: { 'content-type': 'text/javascript' } }] : [html, { headers: { 'content-type': 'text/html', 'content-security-policy': "default-src 'self'; connect-src app://kiosk" } }]))
        }
        kioskSession.protocol.unhandle('app')
        kioskSession.protocol.handle('app', handle)`,
      withWindow: `window.webContents.on('console-message', ({ level, message }) => { if (/inline script/.test(message)) report('violation', level) })`,
      page: `
        const evaluated = () => { try { return new Function('return 1')() } catch (error) { return error.name } }
        const run = async () => kiosk.report('page', {
          inline: typeof inline, evaluated: evaluated(), secure: isSecureContext,
          teapot: (await fetch('/teapot')).status, broken: await fetch('/throws').catch((error) => error.name),
          outside: await fetch('http://127.0.0.1:65500/').catch((error) => error.name),
          requests: await (await fetch('/list', { method: 'POST', body: 'x' })).json(),
        })
        run()`,
    })
    expect(await fixture.reported('page')).toEqual({
      inline: 'undefined',
      evaluated: 'EvalError',
      secure: true,
      teapot: 418,
      broken: 'TypeError',
      outside: 'TypeError',
      requests: [
        'GET app://kiosk/index.html',
        'GET app://kiosk/page.js?first',
        'GET app://kiosk/teapot',
        'GET app://kiosk/throws',
        'POST app://kiosk/list',
      ],
    })
    expect(await fixture.reported('violation')).toBe('error')
    // The other end of the pipe may still be on the way.
    await expect.poll(() => fixture.stderr()).toContain('handler broke')
  })

  it('is unknown while nobody handles it', async () => {
    const fixture = runFixture({
      beforeWindow: `kioskSession.protocol.unhandle('app')`,
    })
    expect(await fixture.reported('failed')).toBe(
      "Error: ERR_UNKNOWN_URL_SCHEME (-302) loading 'app://kiosk/index.html'",
    )
  })
})
