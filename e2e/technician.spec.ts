import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { isAlive } from '../demo/kiosk-processes.ts'
import type { KioskScreen } from '../demo/kiosk-screen.ts'
import { readQrCode } from '../demo/qr-reader.ts'
import { expect, firstStaff, type KioskWorld, signIn, test } from './kiosk-test.ts'

const FLEETCTL = join(import.meta.dirname, '..', 'dist', 'fleet', 'fleetctl.mjs')
const WRONG = '0000000000'

/** The page goes with its shell, perhaps before the press is acknowledged. */
async function pressLast(screen: KioskScreen, name: string): Promise<void> {
  await screen.press(name).catch((error: Error) => {
    if (!/has been closed|Target crashed/.test(error.message)) throw error
  })
}

/** A finger, as a touch screen has it. */
async function openFinger(page: Page) {
  const devTools = await page.context().newCDPSession(page)
  const send = (type: 'touchStart' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
    devTools.send('Input.dispatchTouchEvent', { type, touchPoints })
  async function centreOf(selector: string): Promise<{ x: number; y: number }> {
    const box = await page.locator(selector).first().boundingBox()
    if (!box) throw new Error(`${selector} is not on the screen`)
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }
  return {
    async hold(selector: string, forMs: number) {
      await send('touchStart', [await centreOf(selector)])
      await page.waitForTimeout(forMs)
      await send('touchEnd', [])
    },
    async tap(selector: string) {
      await send('touchStart', [await centreOf(selector)])
      await send('touchEnd', [])
    },
  }
}

const secretFile = ({ folders }: KioskWorld) => join(folders.state, 'technician.secret')

/** As an installer does it; it counts at once. */
async function installSecret(world: KioskWorld): Promise<void> {
  await writeFile(secretFile(world), randomBytes(32).toString('hex'), { mode: 0o600 })
}

/** As operations do it, with the real tool. @returns ten digits */
async function askOperations(world: KioskWorld, page: Page): Promise<string> {
  const challenge = (await page.locator('.challenge-text').innerText()).trim()
  const device = await page.locator('.challenge-device').innerText()
  const args = ['technician-code', '--device', device, '--challenge', challenge, '--secret-file', secretFile(world)]
  const { stdout } = await promisify(execFile)(process.execPath, [FLEETCTL, ...args])
  return stdout.replace(/\D/g, '')
}

/** The shortcut, and the way on from the page that everybody sees. */
async function openTechnicianPage(screen: KioskScreen): Promise<void> {
  await screen.page.keyboard.press('Control+Alt+KeyS')
  await screen.shows('support')
  await screen.press('Technician access')
  await screen.page.locator('.challenge-text').waitFor()
}

async function typeAnswer({ page }: KioskScreen, answer: string): Promise<void> {
  await page.keyboard.type(answer)
  await page.keyboard.press('Enter')
}

/** A page that was taken over calls the bridge as it likes. */
function forge({ page }: KioskScreen): Promise<boolean[]> {
  return page.evaluate(async () => {
    const { kiosk } = window as unknown as { kiosk: Record<string, (given: object) => Promise<{ accepted: boolean }>> }
    const results: boolean[] = []
    for (const action of ['leave-kiosk', 'restart-screen']) {
      results.push((await kiosk.actAsTechnician?.({ action }))?.accepted ?? true)
    }
    return results
  })
}

test('lets nobody in by guessing: five tries, and a lock that a restart of the helper does not open', async ({
  openWorld,
}) => {
  const world = await openWorld({ session: { start: 'touch' } })
  const screen = await world.screen()
  await screen.shows('attract')
  const { page } = screen
  const main = page.getByRole('main')
  const finger = await openFinger(page)

  await test.step('a short touch of the brand mark is a touch like any other', async () => {
    await finger.hold('.brand-mark', 700)
    await screen.shows('awaitingApproval')
  })

  await test.step('a finger that rests on it opens the overlay, which says plainly that there is no secret', async () => {
    await finger.hold('.brand-mark', 3_400)
    await screen.shows('support')
    await expect(main).toContainText('None since this kiosk was switched on')
    await screen.press('Technician access')
    await expect(main).toContainText('No technician secret is installed on this device.')
    expect(await forge(screen)).toEqual([false, false])
  })

  await test.step('the keypad works by touch, and each key is large enough', async () => {
    await installSecret(world)
    await screen.press('Try again')
    await expect(main).toContainText('5 tries left')
    for (const digit of '01234567') await finger.tap(`.keypad-key:text-is("${digit}")`)
    await finger.tap('[aria-label="Delete the last digit"]')
    await expect(page.locator('.digit-boxes')).toHaveAttribute('aria-label', '7 of 10 digits typed')
    await expect(page.locator('.digit-boxes')).toHaveText('0123456')
    await finger.tap('.keypad-key:text-is("Clear")')
    await expect(page.locator('.digit-boxes')).toHaveText('')
    await expect(page.getByRole('button', { name: 'Check' })).toBeDisabled()
    const heights = await page.locator('.keypad-key').evaluateAll((keys) => keys.map((key) => key.clientHeight))
    // Of a 15-inch panel, 1080 pixels are 187 mm high.
    expect(Math.min(...heights) * (187 / 1080)).toBeGreaterThanOrEqual(12)
  })

  await test.step('the fifth wrong answer locks', async () => {
    for (const left of ['4 tries', '3 tries', '2 tries', '1 try']) {
      await typeAnswer(screen, WRONG)
      await expect(main).toContainText(`That was not right. ${left} left`)
    }
    expect(await forge(screen)).toEqual([false, false])
    await typeAnswer(screen, WRONG)
    await expect(main).toContainText('Too many wrong answers')
    await expect(main).toContainText(/Try again in (1:00|0:5\d)/)
    await expect(page.locator('[aria-live]')).toContainText('Too many wrong answers')
  })

  await test.step('a restart of the helper does not open it, nor does another visit to the overlay', async () => {
    await world.kiosk.pm2('restart', 'helper')
    await expect(main).toContainText('Too many wrong answers')
    await page.keyboard.press('Escape')
    await expect(page.locator('main[data-screen="support"]')).toHaveCount(0)
    await page.keyboard.press('Control+Alt+KeyS')
    await screen.press('Technician access')
    await expect(main).toContainText(/Try again in (1:00|0:[0-5]\d)/)
  })

  await test.step('the overlay closes by itself after two minutes without a touch', async () => {
    await page.clock.install()
    // From here on the page's time goes by as told.
    await page.keyboard.press('Shift')
    await page.clock.runFor(119_000)
    await screen.shows('support')
    await page.clock.runFor(2_000)
    await expect(page.locator('main[data-screen="support"]')).toHaveCount(0)
  })

  const log = await world.log()
  expect(log).toContain('"event":"technician.locked"')
  expect(log).not.toContain(WRONG)
})

test('lets a technician leave the kiosk, which PM2 does not start again, and ends the session first', async ({
  openWorld,
}) => {
  const world = await openWorld()
  const screen = await signIn(world)
  const { page } = screen
  const overlay = page.getByRole('main')

  await test.step('anybody sees whether sign-ins work, and nobody’s name', async () => {
    const endShift = page.getByRole('button', { name: 'End shift' })
    await endShift.focus()
    await page.keyboard.press('Control+Alt+KeyS')
    await screen.shows('support')
    for (const words of [
      'Connected',
      /Last sign-in token.*\d\d:\d\d.*seconds? ago/s,
      'Token, renews itself',
      'DR-0042',
    ]) {
      await expect(overlay).toContainText(words)
    }
    await expect(overlay).not.toContainText(firstStaff(world).name)
    await page.keyboard.press('Escape')
    await expect(endShift).toBeFocused()
  })

  await test.step('keys alone reach everything in it, and nothing else', async () => {
    await page.keyboard.press('Control+Alt+KeyS')
    await screen.shows('support')
    const focused: string[] = []
    for (let count = 0; count < 4; count += 1) {
      await page.keyboard.press('Tab')
      focused.push(await page.evaluate(() => document.activeElement?.textContent ?? ''))
    }
    expect(focused).toEqual(['Close', 'New sign-in code', 'Technician access', 'Close'])
  })

  await test.step('a fresh code comes without a reboot, ends the session, and is read from the overlay', async () => {
    await screen.press('New sign-in code')
    await expect(overlay).toContainText('This ends the session of whoever is signed in.')
    await screen.press('Get a new code')
    const { session } = await world.watch.until('awaitingApproval', {
      test: ({ session: { generation } }) => generation > 1,
    })
    await expect.poll(() => world.vaultFiles()).toEqual([])
    await page.locator('.code-card .qr-box svg').waitFor()
    await expect.poll(async () => readQrCode(await page.screenshot())).toBe(session.qrText)
    await screen.shows('support')
    await world.phone.approve({ url: session.qrText, userCode: session.userCode, account: firstStaff(world) })
    await screen.shows('confirming')
    await screen.press('Start shift')
    await screen.shows('signedIn')
    expect(await world.log()).toContain('"event":"support.sign-in-restarted","role":"shell"')
  })
  await installSecret(world)

  await test.step('a technician sees what the helper found, and takes it away on a phone', async () => {
    await openTechnicianPage(screen)
    await typeAnswer(screen, await askOperations(world, page))
    await expect(overlay).toContainText('You are in')
    await expect(overlay.locator('.fact', { hasText: 'Attestation' })).toContainText('direct, no gateway')
    await screen.press('Checks')
    await expect(overlay.locator('.check[data-state="ok"]')).not.toHaveCount(0)
    await expect(overlay.locator('.check[data-state="waiting"], .check[data-state="running"]')).toHaveCount(0)
    await expect(overlay.locator('.check[data-state="failed"]')).toHaveCount(0)
    await screen.press('Events')
    await expect(overlay.locator('.event-list')).toContainText('technician.checks-run')
    await screen.press('Take away')
    const shownText = () => overlay.locator('.take-away-text').innerText()
    // Both change while somebody looks: the picture is of the moment of the reading before it or of the one after it.
    const isSame = async () => {
      const before = await shownText()
      const code = readQrCode(await page.screenshot())
      return code === before || code === (await shownText())
    }
    await expect.poll(isSame, { timeout: 30_000 }).toBe(true)
    const text = await shownText()
    expect(text).toMatch(/^Kiosk DR-0042\n/)
    for (const secret of [...world.provider.journal.secrets(), firstStaff(world).name])
      expect(text).not.toContain(secret)
    await screen.press('Close')
  })

  await test.step('a restart of the screen comes back', async () => {
    const before = await world.kiosk.processId('shell')
    await openTechnicianPage(screen)
    await expect(page.getByRole('main')).not.toContainText(firstStaff(world).name)
    await typeAnswer(screen, await askOperations(world, page))
    await pressLast(screen, 'Restart the screen')
    await expect.poll(() => isAlive(before)).toBe(false)
    // PM2 keeps no file with its process id between the one and the other.
    const now = () => world.kiosk.processId('shell').catch(() => before)
    await expect.poll(now, { timeout: 15_000 }).not.toBe(before)
  })

  const again = await signIn(world)
  const main = again.page.getByRole('main')
  await openTechnicianPage(again)

  await test.step('a grant ends with the page that it was given on', async () => {
    await typeAnswer(again, await askOperations(world, again.page))
    await expect(main).toContainText('You are in')
    await again.page.reload()
    await again.shows('signedIn')
    expect(await forge(again)).toEqual([false, false])
  })

  await test.step('a grant ends with the overlay', async () => {
    await openTechnicianPage(again)
    await typeAnswer(again, await askOperations(world, again.page))
    await expect(main).toContainText('You are in')
    await again.press('Close')
    await again.shows('signedIn')
    expect(await forge(again)).toEqual([false, false])
  })

  await openTechnicianPage(again)
  await typeAnswer(again, await askOperations(world, again.page))
  await again.press('Leave the kiosk')
  await expect(main).toContainText('Whoever is signed in is signed out.')
  await again.press('Stay')
  await again.press('Leave the kiosk')
  const shell = await world.kiosk.processId('shell')
  await pressLast(again, 'Leave now')

  await expect.poll(() => isAlive(shell)).toBe(false)
  // PM2 would start a shell that crashed within a tenth of a second, and write down its process id.
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  await expect(world.kiosk.processId('shell')).rejects.toThrow('ENOENT')
  expect(isAlive(await world.kiosk.processId('helper'))).toBe(true)
  await expect.poll(() => world.vaultFiles()).toEqual([])
  const ended = world.watch.seen.filter(({ session }) => session.kind === 'ended').map(({ session }) => session)
  expect(ended.at(-1)).toMatchObject({ reason: 'signed-out' })
  expect(await world.log()).toContain('"event":"technician.acted","action":"leave-kiosk"')
})
