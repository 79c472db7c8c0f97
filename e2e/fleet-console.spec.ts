/** The fleet page in Chromium, over the built fleetctl and a real mosquitto, with kiosks that exist at the broker only. */
import { expect, test } from '@playwright/test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { findMosquitto } from '../demo/broker/find-mosquitto.ts'
import { type FleetWorld, openFleetWorld, writeOperatorFiles } from '../demo/broker/fleet-world.ts'
import type { PretendedKiosk } from '../demo/broker/pretended-kiosk.ts'
import { countReceipts, type Door, findViolations, openDoor, type ServedPage, serveFleetPage } from './fleet-page.ts'
import { launchGalleryBrowser } from './gallery/gallery-browser.ts'

const mosquittoPath = findMosquitto()
const DIAGNOSTICS = 'kiosk DR-0001\nvault tmpfs'

test.describe('the fleet page', () => {
  test.skip(mosquittoPath === null, 'there is no mosquitto')
  test.describe.configure({ mode: 'serial' })
  let world: FleetWorld
  let door: Door
  let lobby: PretendedKiosk
  let dock: PretendedKiosk
  let served: ServedPage
  let browser: Browser
  let context: BrowserContext
  let page: Page
  /** What the page's policy has stopped, and what else went wrong in it. */
  const complaints: string[] = []

  test.beforeAll(async () => {
    world = await openFleetWorld({ mosquittoPath: mosquittoPath ?? '' })
    lobby = await world.addKiosk('DR-0001', {
      answer: ({ order }) =>
        order === 'collect-diagnostics'
          ? { kind: 'done', did: ['diagnostics-collected'], diagnostics: DIAGNOSTICS }
          : { kind: 'done', did: ['session-ended', 'revocation-asked'] },
    })
    dock = await world.addKiosk('DR-0002', {
      state: { kioskName: '<b>Dock</b>\u202e', place: 'Warehouse', bundleRefused: true },
    })
    door = await openDoor(Number(new URL(world.broker.operatorsUrl).port))
    await writeOperatorFiles({ ...world, brokerUrl: `mqtts://localhost:${door.port}` })
    served = await serveFleetPage(world.settingsFile)
    browser = await launchGalleryBrowser()
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    page = await context.newPage()
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(served.url).origin) complaints.push(request.url())
    })
    await page.goto(served.url)
  })
  test.afterAll(async () => {
    await browser?.close()
    await served?.stop()
    await door?.close()
    await world?.close()
  })

  const row = (deviceId: string) => page.getByRole('row').filter({ hasText: deviceId })
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const dialog = () => page.getByRole('dialog')
  const given = () => page.getByRole('region', { name: 'Orders given' })

  test('shows what kiosks say of themselves, in words', async () => {
    await expect(row('DR-0001')).toContainText('Main lobby')
    await expect(row('DR-0002')).toContainText('<b>Dock</b>�')
    await expect(row('DR-0002')).toContainText('bundle refused')
    const sinceEpochMs = Date.now()
    await dock.report({ session: { kind: 'signedIn', sinceEpochMs, generation: 2, endedBecause: null, code: null } })
    await expect(row('DR-0002')).toContainText('Signed in')
    expect(page.url()).not.toContain('#')
    await page.getByLabel('Find').fill('warehouse')
    await expect(row('DR-0001')).toHaveCount(0)
    await page.getByLabel('Find').fill('')
  })

  test('makes one key that cannot be taken out, the same in a tab that did not see it made', async () => {
    const deaf = await context.newPage()
    await deaf.addInitScript(() => {
      BroadcastChannel.prototype.addEventListener = () => {}
      Object.defineProperty(BroadcastChannel.prototype, 'onmessage', { set: () => {} })
    })
    await deaf.goto(served.url)
    await expect(deaf.getByRole('button', { name: 'Make an order key' })).toBeVisible()

    await button('Make an order key').click()
    const publicHalf = 'Public half of the order key'
    const publicJwk = JSON.parse(await page.getByLabel(publicHalf).inputValue())
    expect(publicJwk).toMatchObject({ kty: 'EC', alg: 'ES256', use: 'sig' })
    expect(publicJwk).not.toHaveProperty('d')
    lobby.pin(publicJwk)
    await deaf.getByRole('button', { name: 'Make an order key' }).click()
    expect(JSON.parse(await deaf.getByLabel(publicHalf).inputValue())).toEqual(publicJwk)
    await deaf.close()

    const isKept = await page.evaluate(async () => {
      const opening = indexedDB.open('fleet-console')
      await new Promise((resolve) => opening.addEventListener('success', resolve))
      const reading = opening.result.transaction('keys').objectStore('keys').get('orders')
      await new Promise((resolve) => reading.addEventListener('success', resolve))
      const { privateKey } = reading.result as CryptoKeyPair
      const exported = await crypto.subtle.exportKey('jwk', privateKey).catch(() => null)
      return { extractable: privateKey.extractable, exported }
    })
    expect(isKept).toEqual({ extractable: false, exported: null })
  })

  test('keeps a row under the pointer, whatever happens to the others', async () => {
    const first = () => page.getByRole('rowheader').first()
    await expect(first()).toContainText('DR-0002')
    await row('DR-0001').hover()
    const trouble = { kind: 'trouble', generation: null, endedBecause: null, code: 'provider-unreachable' } as const
    await lobby.report({ session: { ...trouble, sinceEpochMs: Date.now() } })
    await expect(row('DR-0001')).toContainText('In trouble')
    await expect(first()).toContainText('DR-0002')
    await expect(button('Sort again')).toBeVisible()
    await page.getByLabel('Find').hover()
    await expect(first()).toContainText('DR-0001')
  })

  test('orders those that are ticked and shown, names them first, and tells what became of it', async () => {
    await page.getByLabel('Tick DR-0001').check()
    await page.getByLabel('Tick DR-0002').check()
    await page.getByLabel('Find').fill('warehouse')
    await expect(page.getByText('1 kiosk ticked')).toContainText('1 more hidden by the filter')
    await page.getByLabel('Find').fill('')
    await button('Revoke session').click()
    await expect(dialog().getByRole('list', { name: 'Goes to' })).toContainText('DR-0001Main lobby, Building 4')
    await dialog().getByRole('button', { name: 'Revoke session' }).click()
    await expect(given()).toContainText('Revoke session: 2 kiosks')
    await expect(given()).toContainText('1 of 2 done · 1 refused')
    await expect(given()).toContainText('DR-0002refused: it does not pin this order key')
    await expect(page.getByRole('status').filter({ hasText: 'Revoke session: 2 kiosks: 1 of 2 done' })).toHaveCount(1)
    expect(lobby.orders).toEqual([expect.objectContaining({ aud: 'DR-0001', order: 'revoke-session' })])
    expect(dock.orders).toEqual([])
    // What was ordered is not ticked for the next order.
    await expect(page.getByLabel('Tick DR-0001')).not.toBeChecked()
    await expect(given().getByRole('heading', { name: 'Orders given' })).toBeFocused()
  })

  test('asks for a typed answer before a wipe, and takes no other', async () => {
    await page.getByLabel('Tick DR-0001').check()
    await button('Wipe').click()
    await expect(dialog().getByRole('textbox')).toBeFocused()
    for (const wrong of ['DR-0002', 'dr-0001', 'wipe 1 kiosks']) {
      await dialog().getByRole('textbox').fill(wrong)
      await expect(dialog().getByRole('button', { name: 'Wipe 1 kiosk' })).toBeDisabled()
      await page.keyboard.press('Enter')
    }
    expect(await findViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect(dialog()).toHaveCount(0)
    await expect(button('Wipe')).toBeFocused()

    await page.getByLabel('Tick DR-0002').check()
    await button('Wipe').click()
    for (const named of ['DR-0001', 'DR-0002', 'Warehouse', '<b>Dock</b>']) await expect(dialog()).toContainText(named)
    await dialog().getByRole('textbox').fill('DR-0001')
    await page.keyboard.press('Enter')
    await expect(dialog()).toBeVisible()
    expect(lobby.orders.at(-1)?.order).toBe('revoke-session')
    await dialog().getByRole('textbox').fill('wipe 2 kiosks')
    await page.keyboard.press('Enter')
    await expect.poll(() => lobby.orders.at(-1)?.order).toBe('wipe')
    await expect(given()).toContainText('Wipe: 2 kiosks')
  })

  test('opens a kiosk by keyboard, with its receipts and diagnostics, and believes nobody else’s', async () => {
    await button('DR-0001').focus()
    await page.keyboard.press('Enter')
    const detail = page.getByRole('region', { name: 'DR-0001' })
    await expect(detail).toContainText('Wipe – done: session ended')
    await page.getByLabel('Tick DR-0001').check()
    await button('Diagnose').click()
    await dialog().getByRole('button', { name: 'Diagnose' }).click()
    await expect(detail).toContainText(DIAGNOSTICS)
    await lobby.say('receipts', await dock.signReceipt({ deviceId: 'DR-0001' }))
    await expect(detail).toContainText('False receipt: it is another device’s')
    await lobby.report({ bundleVersion: 8 })
    await expect(row('DR-0001')).toContainText('false receipts')
  })

  test('axe finds nothing, in both themes, wide and narrow', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 390]) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.setViewportSize({ width, height: 900 })
        expect(await findViolations(page), `${colorScheme} ${width}`).toEqual([])
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    await button('Close').click()
    await expect(button('DR-0001')).toBeFocused()
  })

  test('has the receipts that came while its connection was gone, and says of when the rest is', async () => {
    const receipts = await countReceipts(world.broker)
    await lobby.disconnect()
    await page.getByLabel('Tick DR-0001').check()
    await expect(row('DR-0001')).toContainText('offline')
    await button('Restart sign-in').click()
    await expect(dialog()).toContainText('It is not online')
    await dialog().getByRole('button', { name: 'Restart sign-in' }).click()
    const restart = given().getByRole('listitem').filter({ hasText: 'Restart sign-in: 1 kiosk' })
    await expect(restart).toContainText('no receipt yet: the broker keeps the order for it')
    door.shut()
    await expect(page.getByRole('banner')).toContainText('as of')
    await lobby.connect()
    await expect.poll(() => receipts.count()).toBe(1)
    await receipts.close()
    door.open()
    await expect(restart).toContainText('1 of 1 done')
    await expect(page.getByRole('banner')).not.toContainText('as of')
  })

  test('breaks no rule of its policy, and asks nobody but its own server', () => {
    // Of its own way to the broker, while that was gone.
    expect(complaints.filter((text) => !/WebSocket connection to 'ws:\/\/127\.0\.0\.1/.test(text))).toEqual([])
  })

  test('lets no page in that was not opened by the printed address, and no other page to the broker', async () => {
    const { origin, hash } = new URL(served.url)
    const stranger = await browser.newPage()
    await stranger.goto(origin)
    await expect(stranger.getByRole('alert')).toContainText('Open the whole address')
    const opens = (target: Page, path: string) =>
      target.evaluate(
        (url) =>
          new Promise((resolve) => {
            const socket = new WebSocket(url, 'mqtt')
            socket.addEventListener('open', () => resolve(true))
            socket.addEventListener('error', () => resolve(false))
          }),
        `${origin.replace('http', 'ws')}${path}`,
      )
    expect(await opens(stranger, '/mqtt/guessed')).toBe(false)
    expect(await opens(stranger, `/mqtt/${hash.slice(1)}`)).toBe(true)
    const makesMarkup = await stranger.evaluate(() => {
      try {
        return Boolean((window as unknown as { trustedTypes: Factory }).trustedTypes.createPolicy('own', {}))
      } catch {
        return false
      }
    })
    expect(makesMarkup).toBe(false)
    await stranger.goto('about:blank')
    expect(await opens(stranger, `/mqtt/${hash.slice(1)}`)).toBe(false)
    const { headers } = await fetch(origin)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/)
  })

  test('says that the broker is gone, and goes on when it is back', async () => {
    const banner = page.getByRole('banner')
    await world.broker.stop()
    await expect(banner).toContainText('cannot be reached')
    await world.broker.start()
    await expect(banner).toContainText('Connected')
  })

  test('takes up the address of a fleetctl that was started anew, in the tab that asks for it', async () => {
    const { port } = new URL(served.url)
    await served.stop()
    await expect(page.getByRole('banner')).toContainText('open the address that it printed')
    served = await serveFleetPage(world.settingsFile, Number(port))
    await page.goto(served.url)
    await expect(page.getByRole('banner')).toContainText('Connected')
    await expect(row('DR-0001')).toBeVisible()
    expect(page.url()).not.toContain('#')
    await expect(page.getByText('Order key')).toBeVisible()
  })

  test('destroys its key by intent only', async () => {
    await page.getByText('Order key').click()
    await button('Destroy the key…').click()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await button('Destroy the key…').click()
    await dialog().getByRole('button', { name: 'Destroy the key' }).click()
    await expect(button('Make an order key')).toBeVisible()
    await expect(button('Revoke session')).toBeDisabled()
  })
})

type Factory = { createPolicy(name: string, rules: object): object }
