import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { processFamily } from '../demo/process-family.ts'
import { expect, type Shell, test } from './shell-test.ts'

// Long enough for what was refused to happen all the same.
const SETTLE_MS = 600

/** Runs text in the page as a page that was taken over would. */
async function run({ page }: Shell, script: string): Promise<void> {
  await page.evaluate((text) => {
    const made = document.createElement('script')
    made.textContent = text
    document.body.append(made)
  }, script)
}

async function staysHome(shell: Shell): Promise<void> {
  await shell.page.waitForTimeout(SETTLE_MS)
  expect(shell.page.url()).toBe(shell.home)
  await expect(shell.page.locator('main[data-screen="unlinked"]')).toBeVisible()
  // One that was refused is closed by and by; one that was not stays.
  // The stand-in closes a refused window instead of never opening it, which takes its time where there is much to do.
  await expect.poll(() => shell.pageCount(), { timeout: 15_000 }).toBe(1)
  expect(shell.outside.requested).toEqual([])
}

const WAYS_OUT: Readonly<Record<string, (url: string) => string>> = {
  'an address': (url) => `location.href = ${JSON.stringify(url)}`,
  'a link': (url) =>
    `const a = document.createElement('a'); a.href = ${JSON.stringify(url)}; document.body.append(a); a.click()`,
  'a form': (url) =>
    `const f = document.createElement('form'); f.action = ${JSON.stringify(url)}; f.method = 'post'; document.body.append(f); f.submit()`,
  'a meta tag': (url) =>
    `const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=' + ${JSON.stringify(url)}; document.head.append(m)`,
}

for (const [way, script] of Object.entries(WAYS_OUT)) {
  test(`navigation: leads nowhere by ${way}`, async ({ shell }) => {
    await shell.dropPolicy()
    await run(shell, script(`${shell.outside.origin}/left`))
    await staysHome(shell)
  })
}

/** What a look-alike of `app://kiosk` would be, as the browser below writes it. */
const LOOK_ALIKES: readonly ((home: string, outside: string) => string)[] = [
  (home) => home.replace('://kiosk', '://kiosk.evil'),
  (home) => home.replace('://kiosk', '://evil.kiosk'),
  (home) => home.replace('://kiosk', '://kiosk.'),
  (home) => home.replace(/^([^/]*\/\/[^/]+)/, '$1:8443'),
  (home) => home.replace(/^([^/]*\/\/[^/]+)/, '$1.evil.test'),
  (home, outside) => `${outside}/?${home}`,
  (home, outside) => `${outside}/#${home}`,
  (home, outside) => outside.replace('//', `//${new URL(home).host}@`),
  (_home, outside) => outside.replace('127.0.0.1', 'LOCALHOST.'),
]

test('navigation: takes no look-alike for the kiosk’s page', async ({ shell }) => {
  await shell.dropPolicy()
  for (const lookAlike of LOOK_ALIKES) {
    await run(shell, WAYS_OUT['an address']?.(lookAlike(shell.home, shell.outside.origin)) ?? '')
    await staysHome(shell)
  }
})

test('the way back: leads home from a blank page, which nobody asks about', async ({ shell }) => {
  await shell.dropPolicy()
  await run(shell, `location.href = 'about:blank'`)
  await staysHome(shell)
  await run(shell, `location.href = URL.createObjectURL(new Blob(['<p>mine'], { type: 'text/html' }))`)
  await staysHome(shell)
})

for (const url of ['javascript:document.body.textContent="mine"', 'file:///etc/passwd', 'data:text/html,<p>mine']) {
  test(`a page of the kiosk’s goes to no ${url.replace(/:.*/, ':')} address`, async ({ shell }) => {
    await shell.page.evaluate((address) => {
      location.href = address
    }, url)
    await staysHome(shell)
    // The policy names what it refused; other addresses it never heard of.
    shell.takeViolations()
  })
}

const WAYS_TO_OPEN: Readonly<Record<string, (url: string) => string>> = {
  'window.open': (url) => `window.open('${url}')`,
  'window.open without an opener': (url) => `window.open('${url}', '_blank', 'noopener')`,
  'a link with a target': (url) =>
    `const a = document.createElement('a'); a.href = '${url}'; a.target = '_blank'; document.body.append(a); a.click()`,
}

for (const [way, script] of Object.entries(WAYS_TO_OPEN)) {
  test(`new windows: opens none by ${way}`, async ({ shell }) => {
    await shell.dropPolicy()
    await run(shell, script(`${shell.outside.origin}/opened`))
    await staysHome(shell)
  })
}

test('downloads: saves nothing', async ({ shell }) => {
  await shell.dropPolicy()
  await run(
    shell,
    `const a = document.createElement('a'); a.download = 'taken.txt'
     a.href = URL.createObjectURL(new Blob(['taken'])); document.body.append(a); a.click()`,
  )
  await staysHome(shell)
  expect(await readdir(shell.homeFolder)).not.toContain('Downloads')
  expect(await readdir(shell.homeFolder)).not.toContain('taken.txt')
})

test('frames: load nothing', async ({ shell }) => {
  await shell.page.evaluate((url) => {
    const frame = document.createElement('iframe')
    frame.src = url
    document.body.append(frame)
  }, `${shell.outside.origin}/framed`)
  await staysHome(shell)
  // The policy's word, which comes first where it stands.
  shell.takeViolations()
})

const PERMISSIONS = ['camera', 'microphone', 'geolocation', 'notifications', 'midi', 'clipboard-read', 'local-fonts']

test('permissions looked up: finds every one denied', async ({ shell }) => {
  const states = await shell.page.evaluate(
    (names) =>
      Promise.all(
        names.map(async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state),
      ),
    PERMISSIONS,
  )
  expect(states).toEqual(PERMISSIONS.map(() => 'denied'))
})

test('permissions asked for: gets no camera, no microphone, no place', async ({ shell }) => {
  const got = await shell.page.evaluate(async () => {
    const silence = new Promise((resolve) => setTimeout(resolve, 3_000, 'no answer'))
    const outcome = (asked: Promise<unknown>) => {
      const answer = asked.then(
        () => 'granted',
        (error: Error) => error.name,
      )
      return Promise.race([answer, silence])
    }
    const place = new Promise((resolve, reject) => {
      navigator.geolocation.getCurrentPosition(resolve, ({ code }) =>
        reject(Object.assign(new Error(), { name: `${code}` })),
      )
    })
    return {
      camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true })),
      microphone: await outcome(navigator.mediaDevices.getUserMedia({ audio: true })),
      place: await outcome(place),
      notification: await Promise.race([Notification.requestPermission(), silence]),
    }
  })
  expect(got).toMatchObject({
    camera: 'NotAllowedError',
    microphone: 'NotAllowedError',
    place: '1',
    notification: 'denied',
  })
})

/** What is dropped, as Chromium hears of it from the window system. */
const DROPS: Readonly<
  Record<string, (outside: string) => { items: { mimeType: string; data: string }[]; files?: string[] }>
> = {
  'a link': (outside) => ({ items: [{ mimeType: 'text/uri-list', data: `${outside}/dropped` }] }),
  'a file': () => ({ items: [], files: [join(import.meta.dirname, 'attacks.spec.ts')] }),
}

for (const [what, data] of Object.entries(DROPS)) {
  test(`drag and drop: ${what} that is dropped onto the page leads nowhere`, async ({ shell }) => {
    await shell.dropPolicy()
    for (const type of ['dragEnter', 'dragOver', 'dragOver', 'drop'] as const) {
      const dropped = { ...data(shell.outside.origin), dragOperationsMask: 1 }
      await shell.devTools.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data: dropped })
    }
    await staysHome(shell)
  })
}

const FRAMED: Readonly<Record<string, (url: string) => string>> = {
  'the page': (url) => `location.href = '${url}'`,
  'a frame': (url) => `const f = document.createElement('iframe'); f.src = '${url}'; document.body.append(f)`,
}

for (const [from, script] of Object.entries(FRAMED)) {
  test(`external addresses: ${from} hands none to another program, and nobody is asked`, async ({ shell }) => {
    await shell.dropPolicy()
    for (const url of ['mailto:a@evil.test', 'tel:112', 'ms-settings:display', 'intent://evil', 'smb://evil.test/x']) {
      await run(shell, script(url))
    }
    await staysHome(shell)
    // What the stand-in says; Electron would open something, or ask for it.
    expect(shell.log()).not.toContain('to the operating system')
    // Chromium's browser process has a look at a frame's policy of its own.
    shell.takeViolations()
  })
}

test('context menu: nothing opens by a key, by a press of the right button or by a long touch', async ({ shell }) => {
  const { page, devTools } = shell
  await page.evaluate(() => {
    Object.assign(window, { menus: 0 })
    window.addEventListener('contextmenu', () => {
      ;(window as unknown as { menus: number }).menus += 1
    })
  })
  for (const key of ['ContextMenu', 'Shift+F10', 'Alt+Space', 'F10']) await page.keyboard.press(key)
  await page.waitForTimeout(SETTLE_MS)
  // A key's is dead before the page hears of it. Of a pointer's it may hear, and it shows nothing.
  expect(await page.evaluate(() => (window as unknown as { menus: number }).menus)).toBe(0)
  await page.mouse.click(400, 400, { button: 'right' })
  await devTools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: 400, y: 400 }] })
  await page.waitForTimeout(1_200)
  await devTools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await staysHome(shell)
  const left = await page.evaluate(() => ({ selected: String(getSelection()), isFocused: document.hasFocus() }))
  expect(left).toEqual({ selected: '', isFocused: true })
})

test('gestures: Chromium runs with pinch and swipe switched off', async ({ shell }) => {
  const processes = await processFamily(shell.processId)
  const commands = await Promise.all(processes.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
  for (const word of ['--disable-pinch', '--overscroll-history-navigation=0']) {
    expect(
      commands.some((command) => command.split('\0').includes(word)),
      word,
    ).toBe(true)
  }
})

test('no pinch, no wheel and no key zooms', async ({ shell }) => {
  const { page } = shell
  const size = () => page.evaluate(() => [innerWidth, devicePixelRatio, visualViewport?.scale])
  const before = await size()
  const pinch = { x: 400, y: 400, scaleFactor: 2, gestureSourceType: 'touch' } as const
  await shell.devTools.send('Input.synthesizePinchGesture', pinch)
  await page.mouse.move(400, 400)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -300)
  for (const key of ['+', '-', '0', 'Equal', 'NumpadAdd']) await page.keyboard.press(key)
  await page.keyboard.up('Control')
  await page.waitForTimeout(SETTLE_MS)
  expect(await size()).toEqual(before)
})

test('dead keys: hears no shortcut, and every letter', async ({ shell }) => {
  const { page } = shell
  await page.evaluate(() => {
    const heard: string[] = []
    Object.assign(window, { heard })
    for (const type of ['keydown', 'keyup'] as const) {
      window.addEventListener(type, ({ key }) => heard.push(`${type} ${key}`), true)
    }
  })
  for (const shortcut of [
    'F5',
    'F11',
    'F12',
    'Control+r',
    'Control+p',
    'Control+w',
    'Control+Shift+i',
    'Alt+ArrowLeft',
  ]) {
    await page.keyboard.press(shortcut)
  }
  await page.keyboard.press('a')
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard)
  expect(heard.filter((each) => !each.endsWith(' Shift'))).toEqual(['keydown a', 'keyup a'])
})
