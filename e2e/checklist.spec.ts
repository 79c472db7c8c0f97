import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FuseV1Options } from '@electron/fuses'
import { chooseShellRuntime } from '../demo/kiosk-processes.ts'
import { processFamily } from '../demo/process-family.ts'
import { findSupportFault } from '../scripts/electron-support.mjs'
import { FUSES } from '../scripts/fuse-list.mjs'
import { expect, needsElectron, test } from './shell-test.ts'

const ROOT = join(import.meta.dirname, '..')
// Long enough for what was refused to happen all the same.
const SETTLE_MS = 600

/** Electron's security checklist, https://www.electronjs.org/docs/latest/tutorial/security, one test an item, in its order. */

test('1. only load secure content: the page and all its parts come from the application itself', async ({ shell }) => {
  const sources = await shell.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  const home = new URL('.', shell.home).href
  expect(sources.length).toBeGreaterThan(0)
  for (const source of [shell.home, ...sources]) expect(source.startsWith(home), source).toBe(true)
  expect(await shell.page.evaluate(() => isSecureContext)).toBe(true)
})

test('2. no Node.js integration: the page finds nothing of Node', async ({ shell }) => {
  const found = await shell.page.evaluate(() =>
    ['require', 'process', 'module', 'exports', 'Buffer', 'global', '__dirname', 'setImmediate'].filter(
      (name) => name in window,
    ),
  )
  expect(found).toEqual([])
})

test('3. context isolation: what the page bends does not reach the preload', async ({ shell }) => {
  const seen = await shell.page.evaluate(async () => {
    const { push } = Array.prototype
    let calls = 0
    Array.prototype.push = () => {
      calls += 1
      return 0
    }
    const { kiosk } = window as unknown as { kiosk: { getView(): Promise<{ kind: string }> } }
    const { kind } = await kiosk.getView()
    Array.prototype.push = push
    return { kind, calls }
  })
  expect(seen).toEqual({ kind: 'unlinked', calls: 0 })
})

test('4. process sandboxing: the page’s process runs in Chromium’s sandbox', async ({ shell }) => {
  needsElectron('the sandbox of a renderer that Electron started')
  const processes = await processFamily(shell.processId)
  const statuses = await Promise.all(
    processes.map(async (id) => ({
      command: await readFile(`/proc/${id}/cmdline`, 'utf8'),
      status: await readFile(`/proc/${id}/status`, 'utf8'),
    })),
  )
  const renderers = statuses.filter(({ command }) => command.includes('--type=renderer'))
  expect(renderers.length).toBeGreaterThan(0)
  // 2: system calls are filtered.
  for (const { status } of renderers) expect(status).toMatch(/^Seccomp:\s+2$/m)
})

test('5. session permission requests: whatever the page asks for is denied', async ({ shell }) => {
  const answers = await shell.page.evaluate(async () => {
    const nameOf = (asked: Promise<unknown>) =>
      asked.then(
        () => 'granted',
        (error: Error) => error.name,
      )
    return {
      media: await nameOf(navigator.mediaDevices.getUserMedia({ video: true, audio: true })),
      notification: await Notification.requestPermission(),
      clipboard: await nameOf(navigator.clipboard.readText()),
      midi: await nameOf(navigator.requestMIDIAccess({ sysex: true })),
    }
  })
  expect(answers).toEqual({
    media: 'NotAllowedError',
    notification: 'denied',
    clipboard: 'NotAllowedError',
    midi: 'NotAllowedError',
  })
})

test('6. web security: the page reads nothing of another origin, also without its policy', async ({ shell }) => {
  await shell.dropPolicy()
  const read = await shell.page.evaluate(
    (url) =>
      fetch(url).then(
        () => 'read',
        (error: Error) => error.name,
      ),
    `${shell.outside.origin}/secret`,
  )
  expect(read).toBe('TypeError')
})

const SCRIPTS: Readonly<Record<string, () => void>> = {
  'an inline script': () => {
    const script = document.createElement('script')
    script.textContent = 'window.mine = 1'
    document.body.append(script)
  },
  'an event handler in the markup': () => {
    document.body.insertAdjacentHTML('beforeend', '<img alt="" src="data:," onerror="window.mine = 1">')
  },
  'a script of another origin': () => {
    const script = document.createElement('script')
    script.src = 'https://evil.test/x.js'
    document.body.append(script)
  },
  'an inline style': () => {
    document.body.insertAdjacentHTML('beforeend', '<p style="color: red">mine</p>')
  },
  'a picture of another origin': () => {
    new Image().src = 'https://evil.test/x.png'
  },
  'a request to anywhere': () => void fetch('/index.html').catch(() => {}),
  'a worker': () => void new Worker('/worker.js'),
  'a service worker': () => void navigator.serviceWorker.register('/worker.js').catch(() => {}),
  'a base address': () => {
    const base = document.createElement('base')
    base.href = 'https://evil.test/'
    document.head.append(base)
  },
  'a frame': () => {
    const frame = document.createElement('iframe')
    frame.src = 'https://evil.test/'
    document.body.append(frame)
  },
  'a plug-in': () => {
    const object = document.createElement('object')
    object.data = 'https://evil.test/x'
    document.body.append(object)
  },
}

for (const [what, attempt] of Object.entries(SCRIPTS)) {
  test(`7. content security policy: refuses ${what}`, async ({ shell }) => {
    await shell.page.evaluate(() => {
      const told = window as unknown as { violated: string[] }
      told.violated = []
      document.addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
        told.violated.push(violatedDirective),
      )
    })
    await shell.page.evaluate(attempt)
    const violated = () => shell.page.evaluate(() => (window as unknown as { violated: string[] }).violated)
    await expect.poll(violated).toHaveLength(1)
    expect(await shell.page.evaluate(() => 'mine' in window)).toBe(false)
    // Provoked: the fixture fails on all others.
    await expect.poll(() => shell.takeViolations().length).toBeGreaterThan(0)
  })
}

test('7. content security policy: evaluates no text as code', async ({ shell }) => {
  // As the page's own script: what a debugger evaluates is exempt.
  const outcome = await shell.page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', ({ blockedURI }) => resolve(blockedURI))
        setTimeout('window.mine = 1', 0)
        setTimeout(() => resolve('allowed'), 500)
      }),
  )
  expect(outcome).toBe('eval')
  shell.takeViolations()
})

test('7. content security policy: opens no dialog and prints nothing', async ({ shell }) => {
  const opened: string[] = []
  shell.page.on('dialog', (dialog) => void dialog.dismiss().then(() => opened.push(dialog.type())))
  await shell.page.evaluate(() => {
    alert('mine')
    confirm('mine')
    prompt('mine')
    print()
  })
  expect(opened).toEqual([])
  await expect.poll(() => shell.log()).toContain("Ignored call to 'print()'")
})

const OFF_BY_DEFAULT = [
  ['8. insecure content', 'allowRunningInsecureContent'],
  ['9. experimental features', 'experimentalFeatures'],
  ['10. Blink features', 'enableBlinkFeatures'],
] as const

for (const [item, preference] of OFF_BY_DEFAULT) {
  test(`${item}: no window of the shell asks for ${preference}, which is off by default`, async () => {
    const built = await readFile(join(ROOT, 'dist', 'electron', 'main.cjs'), 'utf8')
    expect(built).toContain('contextIsolation')
    // The one feature that is asked for tells the shell where a frozen page hangs, and the page nothing.
    const main = built.replace(
      /[`"']enable-features[`"'], *[`"']DocumentPolicyIncludeJSCallStacksInCrashReports[`"']/,
      '',
    )
    for (const name of [preference, 'enable-blink-features', 'enable-features']) expect(main).not.toContain(name)
  })
}

for (const [item, attributes] of [
  ['11. allowpopups', { allowpopups: '' }],
  ['12. webview options', { nodeintegration: '', preload: 'file:///tmp/x.js', webpreferences: 'sandbox=no' }],
] as const) {
  test(`${item}: a webview is an unknown element, whatever it asks for`, async ({ shell }) => {
    const source = { ...attributes, src: shell.outside.origin }
    const made = await shell.page.evaluate((all) => {
      const view = document.createElement('webview')
      for (const [name, value] of Object.entries(all)) view.setAttribute(name, value)
      document.body.append(view)
      return { isPlain: view instanceof HTMLElement && !('getURL' in view), children: view.childNodes.length }
    }, source)
    await shell.page.waitForTimeout(SETTLE_MS)
    expect(made).toEqual({ isPlain: true, children: 0 })
    expect(shell.outside.requested).toEqual([])
  })
}

test('13. limited navigation: the page leads to no other origin, and a look-alike is another', async ({ shell }) => {
  await shell.dropPolicy()
  const { origin } = shell.outside
  for (const url of [
    `${origin}/x`,
    `${origin}/?${shell.home}`,
    origin.replace('//', '//kiosk@'),
    'file:///etc/passwd',
  ]) {
    await shell.page.evaluate((address) => {
      location.href = address
    }, url)
    await shell.page.waitForTimeout(SETTLE_MS)
    expect(shell.page.url()).toBe(shell.home)
  }
  expect(shell.outside.requested).toEqual([])
})

test('14. no new windows: the page opens none', async ({ shell }) => {
  await shell.dropPolicy()
  await shell.page.evaluate((url) => {
    open(url)
    open('about:blank', '_blank', 'popup')
  }, shell.outside.origin)
  await expect.poll(() => shell.pageCount()).toBe(1)
  expect(shell.outside.requested).toEqual([])
})

test('15. openExternal: the shell holds no call that opens another program or a file', async () => {
  const main = await readFile(join(ROOT, 'dist', 'electron', 'main.cjs'), 'utf8')
  for (const name of ['openExternal', 'openPath', 'showItemInFolder', 'child_process']) expect(main).not.toContain(name)
})

test('16. a current version: Electron still mends the one that is packaged', async () => {
  const own = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  const installed = JSON.parse(await readFile(join(ROOT, 'node_modules', 'electron', 'package.json'), 'utf8'))
  expect(installed.version).toBe(own.devDependencies.electron)
  expect(findSupportFault(installed.version, new Date())).toBeNull()
})

test('17. the sender of a message: only the kiosk’s page in its main frame is answered', async ({ shell }) => {
  // Who else is refused: electron/bridge.test.ts, and forged-ipc.spec.ts from another page.
  const kinds = await shell.page.evaluate(async () => {
    type Answering = { kiosk?: { getView(): Promise<{ kind: string }> } }
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const inFrame = (frame.contentWindow as unknown as Answering).kiosk
    return [(await (window as unknown as Answering).kiosk?.getView())?.kind, typeof inFrame]
  })
  expect(kinds).toEqual(['unlinked', 'undefined'])
})

test('18. no file: protocol: nothing outside the renderer’s folder is served, however it is asked for', async ({
  shell,
}) => {
  await shell.dropPolicy()
  const statuses = await shell.page.evaluate(() =>
    Promise.all(
      [
        '/../electron/main.cjs',
        '/%2e%2e/electron/main.cjs',
        '/..%2f..%2fecosystem.config.js',
        '/%00',
        '/.',
        '/index.html/',
      ].map((path) =>
        fetch(path).then(
          ({ status }) => status,
          () => 'refused',
        ),
      ),
    ),
  )
  for (const status of statuses) expect([403, 404, 'refused']).toContain(status)
})

test('19. fuses: each that Electron has is decided about, and set so that it opens nothing', () => {
  // Written and read back by the packager's own tests: e2e/integration/package.integration.test.ts.
  const known = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)))
  expect(FUSES.map(({ name }) => name)).toEqual(known)
  const on = FUSES.filter((fuse) => fuse.on).map(({ name }) => name)
  expect(on).toEqual([
    'EnableCookieEncryption',
    'EnableEmbeddedAsarIntegrityValidation',
    'OnlyLoadAppFromAsar',
    'WasmTrapHandlers',
  ])
})

test('20. no Electron APIs for the page: the bridge is functions of its own', async ({ shell }) => {
  // Which ones: forged-ipc.spec.ts.
  const found = await shell.page.evaluate(() => {
    const { kiosk } = window as unknown as { kiosk: Record<string, unknown> }
    return {
      electron: ['electron', 'ipcRenderer', 'contextBridge', 'webFrame'].filter(
        (name) => name in window || name in kiosk,
      ),
      others: Object.entries(kiosk).filter(([, part]) => typeof part !== 'function' || Object.keys(part).length > 0),
      count: Object.keys(kiosk).length,
    }
  })
  expect(found).toMatchObject({ electron: [], others: [] })
  expect(found.count).toBeGreaterThan(0)
})

for (const word of [
  '--no-sandbox',
  '--remote-debugging-port=0',
  '--disable-web-security',
  '--proxy-server=evil.test',
]) {
  test(`switches: a packaged shell does not start with ${word}`, async ({ startShell }) => {
    test.skip(chooseShellRuntime().runtime === 'electron', 'here Electron is not packaged')
    const shell = await startShell({ switches: [word], environment: { STAND_IN_PACKAGED: '1' } })
    const stillRunning = new Promise((resolve) => setTimeout(resolve, 30_000, 'still running'))
    expect(await Promise.race([shell.ended, stillRunning])).toBe(72)
    expect(shell.log()).toContain(`does not start with ${word.replace(/=.*/, '')}`)
  })
}

for (const name of ['ELECTRON_ENABLE_LOGGING', 'NODE_EXTRA_CA_CERTS']) {
  test(`variables: a packaged shell does not start with ${name}`, async ({ startShell }) => {
    test.skip(chooseShellRuntime().runtime === 'electron', 'here Electron is not packaged')
    // A file that is not there: Node warns of it, and goes on.
    const shell = await startShell({ switches: [], environment: { STAND_IN_PACKAGED: '1', [name]: '/nowhere/x.pem' } })
    const stillRunning = new Promise((resolve) => setTimeout(resolve, 30_000, 'still running'))
    expect(await Promise.race([shell.ended, stillRunning])).toBe(72)
    // Others may stand there that this test was started with.
    expect(shell.log()).toMatch(new RegExp(`does not start with [^"]*\\b${name}\\b`))
  })
}
