/** The kiosk's glass, seen and touched from outside through Chromium's debugging port. Never calls into the page's bridge. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { SessionState } from '../contract/session-state.ts'

/** `support`: the overlay in place of any of them. */
export type ScreenKind = SessionState['kind'] | 'unlinked' | 'support'

export type KioskScreen = {
  page: Page
  /** Waits until the glass shows this state, and answers its picture as PNG. */
  picture(kind: ScreenKind, limitMs?: number): Promise<Buffer>
  shows(kind: ScreenKind, limitMs?: number): Promise<void>
  press(buttonName: string): Promise<void>
  close(): Promise<void>
}

const STEP_LIMIT_MS = 20_000

async function connect(shellDataFolder: string): Promise<Browser> {
  const [port] = (await readFile(join(shellDataFolder, 'DevToolsActivePort'), 'utf8')).split('\n')
  return chromium.connectOverCDP(`http://127.0.0.1:${port}`, { timeout: 5_000 })
}

/** The shell's page, once it has drawn any state. */
async function findPage(browser: Browser): Promise<Page> {
  const pages = browser.contexts().flatMap((context) => context.pages())
  for (const page of pages) {
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
      return page.screenshot()
    },
    async press(buttonName) {
      await page.getByRole('button', { name: buttonName }).click()
    },
    close: () => browser.close(),
  }
}
