import { expect, test } from './shell-test.ts'

type Bridge = { getView(...args: unknown[]): Promise<{ kind: string }>; send(...args: unknown[]): Promise<unknown> }

test('the bridge refuses whatever is not in its contract, before anything reaches the helper', async ({ shell }) => {
  const answers = await shell.page.evaluate(async () => {
    const { kiosk } = window as unknown as { kiosk: Bridge }
    const forged = [
      [{ kind: 'wipe' }],
      [{ kind: 'confirmPresence' }],
      ['touch'],
      [null],
      [],
      [{ kind: 'touch', more: 1 }],
      [{ kind: ['touch'] }],
      [{ kind: { toString: 'touch' } }],
      [[{ kind: 'touch' }]],
      [JSON.parse('{"kind":"touch","constructor":{"prototype":{"polluted":1}}}')],
      [JSON.parse('{"kind":"touch","__proto__":{"polluted":1}}')],
      [JSON.parse('{"__proto__":{"kind":"touch"}}')],
      [Object.create({ kind: 'touch' })],
    ]
    return Promise.all(
      forged.map((args) =>
        kiosk.send(...args).then(
          () => 'answered',
          (error: Error) => error.message,
        ),
      ),
    )
  })
  for (const [index, answer] of answers.entries()) expect(answer, `${index}`).toContain('kiosk:send: [')

  const checks = await shell.page.evaluate(() => {
    const { kiosk } = window as unknown as { kiosk: { supportChecks(...args: unknown[]): Promise<unknown> } }
    const forged = [[], [{}], [{ run: 'yes' }], [{ run: true, grant: 'mine' }]]
    const polluted = JSON.parse('{"run":true,"__proto__":{"granted":1}}')
    return Promise.all(
      [...forged, [polluted]].map((args) => kiosk.supportChecks(...args).catch((error: Error) => error.message)),
    )
  })
  for (const [index, answer] of checks.entries()) expect(answer, `${index}`).toContain('kiosk:support-checks: [')
})

test('the bridge hands out no file by its name, and no logo that the helper does not name', async ({ shell }) => {
  const answers = await shell.page.evaluate(async () => {
    const { kiosk } = window as unknown as { kiosk: { getLogoPart(request: unknown): Promise<unknown> } }
    const forged = ['../../../etc/passwd', 'logo.svg', 'A'.repeat(64), ['a'.repeat(64)], null, undefined]
    return Promise.all(
      forged.map((id) => kiosk.getLogoPart({ sha256: id, offset: 0 }).then(String, (error: Error) => error.message)),
    )
  })
  for (const [index, answer] of answers.entries()) expect(answer, `${index}`).toContain('kiosk:get-logo-part: [')
})

test('nothing that crosses the bridge pollutes a prototype on either side', async ({ shell }) => {
  const after = await shell.page.evaluate(async () => {
    const { kiosk } = window as unknown as { kiosk: Bridge }
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const poison = JSON.parse(`{"kind":"touch","${key}":{"polluted":1,"prototype":{"polluted":1}}}`)
      await kiosk.send(poison).catch(() => {})
      await kiosk.getView(poison).catch(() => {})
    }
    const view = await kiosk.getView()
    return { here: 'polluted' in {}, there: JSON.stringify(view).includes('polluted'), view: view.kind }
  })
  expect(after).toEqual({ here: false, there: false, view: 'unlinked' })
})

test('the bridge cannot be replaced, and hands out nothing that leads further', async ({ shell }) => {
  const found = await shell.page.evaluate(() => {
    const { kiosk } = window as unknown as { kiosk: Record<string, unknown> }
    Reflect.set(kiosk, 'send', () => 'mine')
    Reflect.set(window, 'kiosk', {})
    Reflect.deleteProperty(window, 'kiosk')
    const send = kiosk.send as () => unknown
    return {
      calls: Object.keys((window as unknown as { kiosk: object }).kiosk),
      send: String(kiosk.send).includes('mine'),
      frozen: Object.isFrozen(kiosk),
      isOwnFunction: send.constructor === Function,
    }
  })
  expect(found).toEqual({
    calls: [
      ...['getView', 'onView', 'send', 'getLogoPart', 'painted', 'placeApp'],
      ...['askTechnicianChallenge', 'answerTechnicianChallenge', 'actAsTechnician'],
      ...['readSupportStatus', 'readSupportDiagnostics', 'supportChecks', 'onSupportRequested'],
    ],
    send: false,
    frozen: true,
    // A function of the preload's world would open that world.
    isOwnFunction: true,
  })
})

test('the bridge answers no page but the kiosk’s own', async ({ shell }) => {
  const { page } = shell
  await shell.dropPolicy()
  // The way back takes such a page off the glass, mostly before it could ask and always before it could tell.
  await expect(async () => {
    await page.evaluate(() => {
      const script = 'kiosk.getView().catch(() => {})'
      location.href = URL.createObjectURL(new Blob([`<p>mine<script>${script}</script>`], { type: 'text/html' }))
    })
    await page.locator('main[data-screen]').waitFor()
    expect(shell.log()).toContain('the bridge serves the kiosk’s own page only')
  }).toPass({ timeout: 60_000 })
})

test('a frame within the page has no bridge of its own', async ({ shell }) => {
  await shell.dropPolicy()
  const bridges = await shell.page.evaluate(async () => {
    const found: string[] = []
    for (const source of ['about:blank', 'srcdoc']) {
      const frame = document.createElement('iframe')
      if (source === 'srcdoc') frame.srcdoc = '<p>mine'
      else frame.src = source
      document.body.append(frame)
      await new Promise((resolve) => setTimeout(resolve, 200))
      found.push(typeof (frame.contentWindow as unknown as { kiosk?: object }).kiosk)
    }
    return found
  })
  expect(bridges).toEqual(['undefined', 'undefined'])
})
