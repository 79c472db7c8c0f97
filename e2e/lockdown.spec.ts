import { expect, firstStaff, test } from './kiosk-test.ts'

test('lets the page out to nothing, and nothing of Electron into the page', async ({ openWorld }) => {
  const world = await openWorld({ session: { start: 'touch' } })
  const glass = await world.screen()
  await glass.shows('attract')
  const { page } = glass
  const home = page.url()

  const found = await page.evaluate(async () => ({
    globals: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
    bridge: Object.keys(window).includes('kiosk') ? Object.keys((window as unknown as { kiosk: object }).kiosk) : [],
    camera: (await navigator.permissions.query({ name: 'camera' as PermissionName })).state,
    geolocation: (await navigator.permissions.query({ name: 'geolocation' })).state,
  }))
  expect(found).toEqual({
    globals: [],
    bridge: ['getView', 'onView', 'send', 'painted'],
    camera: 'denied',
    geolocation: 'denied',
  })

  const windowsBefore = page.context().pages().length
  await page.evaluate(() => {
    window.open('https://example.com/')
  })
  await page.evaluate(() => {
    window.location.href = 'https://example.com/'
  })
  await page.waitForTimeout(500)
  expect(page.context().pages().length).toBe(windowsBefore)
  expect(page.url()).toBe(home)
  await glass.shows('attract')
})

test('runs every screen of a sign-in without one violation of its content security policy', async ({ openWorld }) => {
  const world = await openWorld({ session: { start: 'touch' } })
  const glass = await world.screen()
  const violations: string[] = []
  glass.page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) violations.push(message.text())
  })
  await glass.page.reload()
  await glass.shows('attract')
  await glass.press('Touch to sign in')
  await glass.shows('awaitingApproval')
  const { session } = await world.watch.until('awaitingApproval')
  await world.phone.approve({ url: session.qrText, account: firstStaff(world) })
  await glass.shows('confirming')
  await glass.press('Start shift')
  await glass.shows('signedIn')
  await glass.press('End shift')
  await glass.shows('ended')
  expect(violations).toEqual([])

  const blocked = await glass.page.evaluate(
    () =>
      new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => resolve(violatedDirective))
        const script = document.createElement('script')
        script.textContent = 'document.title = "inline"'
        document.body.append(script)
      }),
  )
  expect(blocked).toBe('script-src-elem')
})

test('refuses what the page may not ask of the bridge', async ({ openWorld }) => {
  const world = await openWorld({ session: { start: 'touch' } })
  const glass = await world.screen()
  await glass.shows('attract')
  const refused = await glass.page.evaluate(async () => {
    const { kiosk } = window as unknown as { kiosk: { send(command: unknown): Promise<unknown> } }
    return Promise.all(
      [{ kind: 'wipe' }, { kind: 'confirmPresence' }, 'touch', null].map((command) =>
        kiosk.send(command).then(
          () => 'answered',
          (error: Error) => error.message,
        ),
      ),
    )
  })
  // The bridge's own words, before anything reaches the helper.
  for (const message of refused) expect(message).toContain('kiosk:send: [')
  expect(refused).not.toContain('answered')
})
