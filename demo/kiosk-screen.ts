/** The kiosk's glass, seen and touched from outside through Chromium's debugging port. Never calls into the page's bridge. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import { PNG } from 'pngjs'
import type { SessionState } from '../contract/session-state.ts'

/** `support`: the overlay in place of any of them; `recovering`: the page that needs no script. */
export type ScreenKind = SessionState['kind'] | 'unlinked' | 'support' | 'recovering'

export type KioskScreen = {
  page: Page
  /** Waits until the glass shows this state, and answers its picture as PNG, with the hosted app where that is up. */
  picture(kind: ScreenKind, limitMs?: number): Promise<Buffer>
  shows(kind: ScreenKind, limitMs?: number): Promise<void>
  /** The page of the hosted app, once it is up and on the glass. */
  hosted(limitMs?: number): Promise<Page>
  /** The same, or null where it is not on the glass now. */
  hostedNow(): Promise<Page | null>
  press(buttonName: string): Promise<void>
  close(): Promise<void>
}

const STEP_LIMIT_MS = 20_000

async function connect(shellDataFolder: string): Promise<Browser> {
  const [port] = (await readFile(join(shellDataFolder, 'DevToolsActivePort'), 'utf8')).split('\n')
  return chromium.connectOverCDP(`http://127.0.0.1:${port}`, { timeout: 5_000 })
}

const pagesOf = (browser: Browser) => browser.contexts().flatMap((context) => context.pages())

/** The shell's page, once it has drawn any state. */
async function findPage(browser: Browser): Promise<Page> {
  for (const page of pagesOf(browser)) {
    if (await page.locator('main[data-screen]').count()) return page
  }
  throw new Error('the shell shows no kiosk page yet')
}

/** Connects to the shell that runs now; after a restart of the shell, open another. */
export async function openKioskScreen(
  shellDataFolder: string,
  { limitMs = STEP_LIMIT_MS, signal }: { limitMs?: number; signal?: AbortSignal } = {},
): Promise<KioskScreen> {
  const deadline = performance.now() + limitMs
  for (;;) {
    let browser: Browser | undefined
    try {
      browser = await connect(shellDataFolder)
      return screenOf(browser, await findPage(browser))
    } catch (cause) {
      await browser?.close()
      if (performance.now() > deadline) throw new Error(`no kiosk screen within ${limitMs} ms`, { cause })
      await sleep(100, undefined, signal && { signal })
    }
  }
}

/** The stand-in minimises the window of a view that is hidden; whoever looks on makes its page believe that it is visible. */
async function isMinimised(page: Page): Promise<boolean> {
  const devTools = await page.context().newCDPSession(page)
  try {
    const { bounds } = await devTools.send('Browser.getWindowForTarget')
    return bounds.windowState === 'minimized'
  } catch {
    // Electron's views are no windows of their own.
    return false
  } finally {
    await devTools.detach()
  }
}

/** A page that hangs answers nothing, and is not what anybody waits for. */
async function isOnGlass(page: Page): Promise<boolean> {
  const asked = page.evaluate(() => document.visibilityState === 'visible' && innerWidth > 0)
  const seen = asked.then(async (isVisible) => isVisible && !(await isMinimised(page))).catch(() => false)
  return Promise.race([seen, sleep(1_000, false)])
}

async function findHosted(browser: Browser, kioskPage: Page): Promise<Page | null> {
  for (const page of pagesOf(browser)) {
    if (page !== kioskPage && /^https?:/.test(page.url()) && (await isOnGlass(page))) return page
  }
  return null
}

/** As people see it: the hosted app lies above the kiosk's page, at the place that it was given. */
async function layOver(kioskPage: Page, hosted: Page): Promise<Buffer> {
  const place = await kioskPage.locator('.app-place').boundingBox()
  const [x, y] = [Math.ceil(place?.x ?? 0), Math.ceil(place?.y ?? 0)]
  const below = await kioskPage.screenshot()
  const [glass, app] = [PNG.sync.read(below), PNG.sync.read(await hosted.screenshot())]
  PNG.bitblt(app, glass, 0, 0, Math.min(app.width, glass.width - x), Math.min(app.height, glass.height - y), x, y)
  return PNG.sync.write(glass)
}

function screenOf(browser: Browser, page: Page): KioskScreen {
  page.setDefaultTimeout(STEP_LIMIT_MS)
  const shows = async (kind: ScreenKind, limitMs = STEP_LIMIT_MS) => {
    await page.locator(`main[data-screen="${kind}"]`).waitFor({ timeout: limitMs })
  }
  return {
    page,
    shows,
    async picture(kind, limitMs) {
      await shows(kind, limitMs)
      const above = await findHosted(browser, page)
      return above === null ? page.screenshot() : layOver(page, above)
    },
    hostedNow: () => findHosted(browser, page),
    async hosted(limitMs = STEP_LIMIT_MS) {
      const deadline = performance.now() + limitMs
      for (;;) {
        const found = await findHosted(browser, page)
        if (found !== null) return found
        if (performance.now() > deadline) throw new Error(`the hosted app was not on the glass within ${limitMs} ms`)
        await sleep(50)
      }
    },
    async press(buttonName) {
      await page.getByRole('button', { name: buttonName }).click()
    },
    close: () => browser.close(),
  }
}
