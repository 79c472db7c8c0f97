import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { diagnosticsSchema } from '../contract/diagnostics.ts'
import { runKioskctl } from '../demo/kiosk-watch.ts'
import { brightnessOf, isWhite } from './kiosk-pixels.ts'
import { expect, type KioskWorld, needsStandIn, test } from './kiosk-test.ts'

const RECOVERY_LIMIT_MS = 10_000
const LANDSCAPE = { label: 'Desk', width: 1920, height: 1080 }
const TELEVISION = { label: 'TV', width: 1280, height: 1024 }

const sizeOf = (page: Page) => page.evaluate(() => `${innerWidth}x${innerHeight}@${devicePixelRatio}`)

async function fills(page: Page, size: string): Promise<void> {
  await expect.poll(() => sizeOf(page), { timeout: RECOVERY_LIMIT_MS }).toBe(size)
  expect(isWhite(await page.screenshot())).toBe(false)
}

async function incidentReasons({ folders }: KioskWorld): Promise<string[]> {
  const { stdout } = await runKioskctl(folders.runtime, 'diagnostics', '--json')
  return diagnosticsSchema.parse(JSON.parse(stdout)).screenIncidents.map(({ kind, reason }) => `${kind}: ${reason}`)
}

/** A finger in the middle of the glass, as Chromium gets it from a touch panel. */
async function tap(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: 960, y: 540 }] })
  await devTools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await devTools.detach()
}

/** Keeps the page from painting for a while, as a display that is off does. */
const blockPainting = (page: Page, seconds: number) =>
  page.evaluate((durationMs) => {
    const endAtMs = performance.now() + durationMs
    while (performance.now() < endAtMs);
  }, seconds * 1000)

test('fills the display it is meant for, however displays are turned, rescaled, pulled out and plugged in', async ({
  openWorld,
}) => {
  needsStandIn('displays that a test can plug in')
  const world = await openWorld({ session: { start: 'touch' }, screenSettings: { display: 'external' } })
  const { machine } = world
  const glass = await world.screen()
  await glass.shows('attract')
  const { page } = glass
  await fills(page, '1920x1080@1')

  await machine.displays({ ...LANDSCAPE, label: 'stand-in', width: 1080, height: 1920, rotation: 90 })
  await fills(page, '1080x1920@1')
  await machine.displays({ ...LANDSCAPE, label: 'stand-in', scaleFactor: 1.5 })
  await fills(page, '1280x720@1.5')

  const panel = { ...LANDSCAPE, label: 'stand-in', internal: true }
  await machine.displays(panel, TELEVISION)
  await fills(page, '1280x1024@1')
  await machine.displays(panel)
  await fills(page, '1920x1080@1')
  expect(await incidentReasons(world)).toEqual([
    'display-changed: stand-in changed (bounds rotation)',
    'display-changed: stand-in changed (bounds scaleFactor rotation)',
    'display-changed: stand-in changed (bounds scaleFactor), TV added',
    'display-changed: TV removed',
  ])
  // Nobody had to load it anew for that.
  expect(await world.log()).not.toContain('screen.recovered')
})

test('waits for no frame while there is no display or the machine sleeps, and comes back with both', async ({
  openWorld,
}) => {
  needsStandIn('a machine that a test can send to sleep')
  const world = await openWorld({ session: { start: 'touch' } })
  const { machine } = world
  const glass = await world.screen()
  await glass.shows('attract')
  await machine.power('suspend')
  await machine.displays()
  await blockPainting(glass.page, 7)
  await machine.power('resume')
  await blockPainting(glass.page, 6)
  await machine.displays({ ...LANDSCAPE, label: 'stand-in' })
  await glass.shows('attract')
  await glass.press('Touch to sign in')
  expect(isWhite(await glass.picture('awaitingApproval', RECOVERY_LIMIT_MS))).toBe(false)
  expect(await world.log()).not.toContain('screen.frozen')
})

test('dims when nobody is there, lets the display sleep, and takes the first touch for waking alone', async ({
  openWorld,
}) => {
  needsStandIn('what keeps a display awake')
  const world = await openWorld({
    session: { start: 'touch' },
    screenSettings: { dimAfterSeconds: 10, sleepAfterMinutes: 0.25 },
  })
  const { machine } = world
  const glass = await world.screen()
  const bright = brightnessOf(await glass.picture('attract'))
  const { page } = glass
  const cover = (rest: string) => page.locator(`.rest-cover[data-rest="${rest}"]`)
  expect(await machine.isKeptAwake()).toBe(true)
  await cover('dimmed').waitFor({ timeout: 15_000 })
  // It fades, and a busy machine takes seconds for a picture.
  await expect.poll(async () => brightnessOf(await page.screenshot()), { timeout: 20_000 }).toBeLessThan(bright / 2)
  await expect.poll(() => machine.isKeptAwake(), { timeout: 15_000 }).toBe(false)

  const button = page.getByRole('button', { name: 'Touch to sign in' })
  await tap(page)
  await cover('awake').waitFor()
  await expect.poll(() => machine.isKeptAwake()).toBe(true)
  await sleep(500)
  expect((await world.watch.until('attract')).session.kind).toBe('attract')

  await button.focus()
  await cover('dimmed').waitFor({ timeout: 15_000 })
  await page.keyboard.press('Enter')
  await cover('awake').waitFor()
  await sleep(500)
  expect((await world.watch.until('attract')).session.kind).toBe('attract')

  await tap(page)
  await glass.shows('awaitingApproval')
})

test('shows the cursor to a mouse that moves, and to nobody else', async ({ openWorld }) => {
  const world = await openWorld({ session: { start: 'touch' } })
  const glass = await world.screen()
  await glass.shows('attract')
  const { page } = glass
  const cursor = () => page.evaluate(() => getComputedStyle(document.body).cursor)
  expect(await cursor()).toBe('none')
  await page.mouse.move(300, 300)
  await page.mouse.move(400, 400)
  expect(await cursor()).toBe('default')
  await expect.poll(cursor, { timeout: 5_000 }).toBe('none')
  await page.mouse.move(500, 500)
  expect(await cursor()).toBe('default')
  await tap(page)
  expect(await cursor()).toBe('none')
})
