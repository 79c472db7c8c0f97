/** The fleet page in Chromium, over the built fleetctl and a real mosquitto, with kiosks that exist at the broker only. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { findMosquitto } from '../demo/broker/find-mosquitto.ts'
import { type FleetWorld, openFleetWorld } from '../demo/broker/fleet-world.ts'
import type { PretendedKiosk } from '../demo/broker/pretended-kiosk.ts'
import { launchGalleryBrowser } from './gallery/gallery-browser.ts'

const FLEETCTL = join(import.meta.dirname, '..', 'dist', 'fleet', 'fleetctl.mjs')
const AXE_SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const mosquittoPath = findMosquitto()
const DIAGNOSTICS = 'kiosk DR-0001\nvault tmpfs'

type Served = { url: string; process: ChildProcess }

async function serve(settingsFile: string): Promise<Served> {
  const child = spawn(process.execPath, [FLEETCTL, 'console', '--port', '0', '--settings', settingsFile])
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const [, url] = /^(http:\S+)\n/m.exec(said) ?? []
      if (url) resolve(url)
    })
  }
  child.once('exit', () => reject(new Error(said)))
  return { url: await promise, process: child }
}

test.describe('the fleet page', () => {
  test.skip(mosquittoPath === null, 'there is no mosquitto')
  test.describe.configure({ mode: 'serial' })
  let world: FleetWorld
  let lobby: PretendedKiosk
  let dock: PretendedKiosk
  let served: Served
  let browser: Browser
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
    served = await serve(world.settingsFile)
    browser = await launchGalleryBrowser()
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(served.url).origin) complaints.push(request.url())
    })
    await page.goto(served.url)
  })
  test.afterAll(async () => {
    await browser?.close()
    served?.process.kill('SIGINT')
    if (served && served.process.exitCode === null) await once(served.process, 'exit')
    await world?.close()
  })

  async function violations(): Promise<string[]> {
    await page.evaluate(AXE_SOURCE)
    return page.evaluate(async () => {
      const found = await (window as unknown as { axe: typeof axe }).axe.run(document)
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
    })
  }
  const row = (deviceId: string) => page.getByRole('row').filter({ hasText: deviceId })

  test('shows what kiosks say of themselves, as they say it', async () => {
    await expect(row('DR-0001')).toContainText('Main lobby')
    await expect(row('DR-0002')).toContainText('<b>Dock</b>�')
    await expect(row('DR-0002')).toContainText('bundle refused')
    const sinceEpochMs = Date.now()
    await dock.report({ session: { kind: 'signedIn', sinceEpochMs, generation: 2, endedBecause: null, code: null } })
    await expect(row('DR-0002')).toContainText('signedIn')
    expect(page.url()).not.toContain('#')
    await page.getByLabel('Find').fill('warehouse')
    await expect(row('DR-0001')).toHaveCount(0)
    await page.getByLabel('Find').fill('')
  })

  test('makes a key that cannot be taken out, and orders with it once a kiosk pins it', async () => {
    await page.getByRole('button', { name: 'Make an order key' }).click()
    const publicJwk = JSON.parse(await page.getByLabel('Public half of the order key').inputValue())
    expect(publicJwk).toMatchObject({ kty: 'EC', alg: 'ES256', use: 'sig' })
    expect(publicJwk).not.toHaveProperty('d')
    lobby.pin(publicJwk)

    await page.getByLabel('Tick DR-0001').check()
    await page.getByLabel('Tick DR-0002').check()
    await page.getByRole('button', { name: 'Revoke', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    const given = page.getByRole('region', { name: 'Orders given' })
    await expect(given).toContainText('revoke-session to 2 kiosks: 1 done, 1 refused')
    await expect(given).toContainText('DR-0002 refused: unknown-key')
    expect(lobby.orders).toEqual([expect.objectContaining({ aud: 'DR-0001', order: 'revoke-session' })])
    expect(dock.orders).toEqual([])

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

  test('asks for a typed answer before a wipe', async () => {
    await page.getByLabel('Tick DR-0002').uncheck()
    await page.getByRole('button', { name: 'Wipe' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByRole('button', { name: 'Wipe' })).toBeDisabled()
    expect(await violations()).toEqual([])
    await dialog.getByRole('textbox').fill('DR-0001')
    await page.keyboard.press('Enter')
    await expect.poll(() => lobby.orders.at(-1)?.order).toBe('wipe')
  })

  test('opens a kiosk by keyboard, with its receipts and diagnostics, and believes nobody else’s', async () => {
    await page.getByRole('button', { name: 'DR-0001' }).focus()
    await page.keyboard.press('Enter')
    const detail = page.getByRole('region', { name: 'DR-0001' })
    await expect(detail).toContainText('wipe done: session-ended')
    await page.getByRole('button', { name: 'Diagnose' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Diagnose' }).click()
    await expect(detail).toContainText(DIAGNOSTICS)
    await lobby.say('receipts', await dock.signReceipt({ deviceId: 'DR-0001' }))
    await expect(detail).toContainText('what calls itself a receipt is another device’s')
    await lobby.disconnect()
    await expect(detail).toContainText('offline: connection-lost')
  })

  test('axe finds nothing, in both themes, wide and narrow', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 390]) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.setViewportSize({ width, height: 900 })
        expect(await violations(), `${colorScheme} ${width}`).toEqual([])
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Close' }).click()
  })

  test('breaks no rule of its policy, and asks nobody but its own server', () => {
    expect(complaints).toEqual([])
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
    await stranger.goto('about:blank')
    expect(await opens(stranger, `/mqtt/${hash.slice(1)}`)).toBe(false)
    const { headers } = await fetch(origin)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/)
  })

  test('says that the broker is gone, and goes on when it is back', async () => {
    await world.broker.stop()
    await expect(page.getByRole('status').first()).toContainText('cannot be reached')
    await world.broker.start()
    await expect(page.getByRole('status').first()).toContainText('Connected')
  })
})
