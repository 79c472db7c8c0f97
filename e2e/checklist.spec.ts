import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chooseShellRuntime } from '../demo/kiosk-processes.ts'
import { processFamily } from '../demo/process-family.ts'
import { expect, needsElectron, test } from './shell-test.ts'

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

test('8. to 10. insecure content, experimental and Blink features: the page has none that is off by default', async ({
  shell,
}) => {
  const page = await readFile(join(import.meta.dirname, '..', 'electron', 'kiosk-window.ts'), 'utf8')
  for (const preference of ['allowRunningInsecureContent', 'experimentalFeatures', 'enableBlinkFeatures']) {
    expect(page).not.toContain(preference)
  }
  expect(await shell.page.evaluate(() => isSecureContext)).toBe(true)
})

test('11. and 12. webview tag: it is an unknown element', async ({ shell }) => {
  const made = await shell.page.evaluate((url) => {
    const view = document.createElement('webview')
    view.setAttribute('src', url)
    view.setAttribute('allowpopups', '')
    document.body.append(view)
    return { isPlain: view instanceof HTMLElement && !('getURL' in view), children: view.childNodes.length }
  }, shell.outside.origin)
  await shell.page.waitForTimeout(300)
  expect(made).toEqual({ isPlain: true, children: 0 })
  expect(shell.outside.requested).toEqual([])
})

for (const url of ['mailto:a@evil.test', 'tel:112', 'ms-settings:display', 'file:///etc/passwd', 'smb://evil.test/x']) {
  test(`15. openExternal: hands ${url} to no other program`, async ({ shell }) => {
    needsElectron('addresses that the operating system opens')
    await shell.page.evaluate((address) => {
      location.href = address
    }, url)
    await shell.page.waitForTimeout(500)
    expect(shell.page.url()).toBe(shell.home)
  })
}

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

test('20. no Electron APIs for the page: the bridge is five calls', async ({ shell }) => {
  const found = await shell.page.evaluate(() => ({
    electron: ['electron', 'ipcRenderer', 'contextBridge', 'webFrame'].filter((name) => name in window),
    bridge: Object.keys((window as unknown as { kiosk: object }).kiosk),
  }))
  expect(found).toEqual({ electron: [], bridge: ['getView', 'onView', 'send', 'painted', 'placeApp'] })
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
    const stillRunning = new Promise((resolve) => setTimeout(resolve, 5_000, 'still running'))
    expect(await Promise.race([shell.ended, stillRunning])).toBe(72)
    expect(shell.log()).toContain(`does not start with ${word.replace(/=.*/, '')}`)
  })
}
