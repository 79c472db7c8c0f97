/** The built page in a real Chromium, with a clock that stands still: the same scene is the same picture every time. */
import type { Browser, Page } from 'playwright-core'
import { LANGUAGES, type Language } from '../../contract/languages.ts'
import type { KioskView } from '../../contract/window-bridge.ts'
import type { Look } from './looks.ts'
import { PRETENDED_LOGO } from './pretended-brand.ts'
import { installPretendedBridge } from './pretended-bridge.ts'
import { linked, SCENE_EPOCH_MS, unlinked } from './scene-views.ts'
import type { Scene, SupportScene } from './scenes.ts'
import { CHECKS, DIAGNOSTICS } from './support-answers.ts'

export type GalleryPage = {
  page: Page
  /** Loads the page anew: nothing of an earlier scene is left. */
  load(): Promise<void>
  /** Sets the glass that the page believes to be on; the pixel ratio is the page's for good. */
  wear(look: Look): Promise<void>
  /** Gives the page a view, and answers once it is drawn. */
  give(view: KioskView): Promise<void>
  /** Comes to a scene by its views, as a helper would send them. */
  show(scene: Scene): Promise<void>
  /** Lets time pass on the page's clock. */
  pass(ms: number): Promise<void>
  /** In device pixels. A JPEG is smaller and quicker, a PNG exact. */
  photograph(format: 'jpeg' | 'png'): Promise<Buffer>
  /** What console, network and content policy complained about since they were last asked. */
  takeComplaints(): Promise<string[]>
  close(): Promise<void>
}

export type GalleryPageOptions = {
  pixelRatio?: number
  reducedMotion?: 'reduce' | 'no-preference'
  /** Time goes by as it does: for what happens from one frame to the next. */
  isClockRunning?: boolean
}

/** Chromium's remark on our own content policy: without `allow-same-origin` the page could load no script of its own. */
const KNOWN_REMARK = /allow-scripts and allow-same-origin for its sandbox attribute/

const START_MS = 10_000
const JPEG_QUALITY = 82
/** A scene that takes longer is not reached at all. */
const STEP_LIMIT_MS = 10_000

export async function openGalleryPage(
  browser: Browser,
  url: string,
  { pixelRatio = 1, reducedMotion = 'reduce', isClockRunning = false }: GalleryPageOptions = {},
): Promise<GalleryPage> {
  const context = await browser.newContext({
    deviceScaleFactor: pixelRatio,
    reducedMotion,
    timezoneId: 'Europe/Berlin',
  })
  await context.addInitScript(installPretendedBridge, PRETENDED_LOGO)
  const page = await context.newPage()
  page.setDefaultTimeout(STEP_LIMIT_MS)
  const devTools = await context.newCDPSession(page)
  const complaints: string[] = []
  page.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.type() === 'warning'
    if (isComplaint && !KNOWN_REMARK.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  if (!isClockRunning) await page.clock.install({ time: SCENE_EPOCH_MS - START_MS })
  let shownCount = 0
  let language: Language = 'en'

  const load = async () => {
    await page.goto(url)
    await page.waitForFunction(() => window.pretended?.isListening())
  }
  const give = async (view: KioskView) => {
    await page.evaluate(async (next) => {
      window.pretended.show(next)
      // React draws in a task of its own; the page's timers stand still, a message channel does not.
      for (let hop = 0; hop < 3; hop += 1) {
        await new Promise<void>((resolve) => {
          const { port1, port2 } = new MessageChannel()
          port2.onmessage = () => resolve()
          port1.postMessage(null)
        })
      }
    }, view)
  }
  const pass = (ms: number) => page.clock.runFor(ms)

  await load()
  if (!isClockRunning) await page.clock.pauseAt(SCENE_EPOCH_MS)
  return {
    page,
    load,
    give,
    pass,
    async wear({ panel: { width, height }, theme, language: worn }) {
      language = worn
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme: theme })
    },
    async show(scene) {
      const { views, screen, afterMs, support, sheet } = scene
      if (await page.locator('main[data-screen="support"]').count()) await page.keyboard.press('Escape')
      if (!isClockRunning) await page.clock.setSystemTime(SCENE_EPOCH_MS)
      shownCount += 1
      // The kiosk's own language is known from now on, also without the helper.
      await give(asSeen(linked({ kind: 'starting' }), shownCount, language))
      await give(unlinked(false))
      await page.waitForFunction((tag) => document.documentElement.lang === tag, language)
      for (const view of views) await give(asSeen(view, shownCount, language))
      if (sheet !== undefined)
        await page
          .locator('.footer-buttons button')
          .nth(sheet === 'languages' ? 0 : 1)
          .press('Enter')
      if (support !== undefined) await openSupport(page, support)
      await pass(afterMs)
      await page.locator(`main[data-screen="${screen}"]`).waitFor({ timeout: 5_000 })
      await page.evaluate(() => document.fonts.ready)
    },
    async photograph(format) {
      // Not by Playwright, which asks for more than the picture and takes three times as long.
      const options = { format, ...(format === 'jpeg' && { quality: JPEG_QUALITY }), optimizeForSpeed: true }
      const { data } = await devTools.send('Page.captureScreenshot', options)
      return Buffer.from(data, 'base64')
    },
    async takeComplaints() {
      const violations = await page.evaluate(() => window.pretended.violations.splice(0))
      return [...complaints.splice(0), ...violations]
    },
    close: () => context.close(),
  }
}

/** Another helper process for each scene: its clock is read anew, and starts where the scene says. */
function asSeen(view: KioskView, processId: number, language: Language): KioskView {
  if (view.kind === 'unlinked') return view
  const { snapshot } = view
  const languages = [language, ...LANGUAGES.filter((tag) => tag !== language)]
  return {
    ...view,
    snapshot: {
      ...snapshot,
      helper: { ...snapshot.helper, processId },
      display: { ...snapshot.display, languages },
    },
  }
}

/** Opens the overlay and walks to a page of it as a person would who has only keys. */
async function openSupport(page: Page, { page: wanted, status, challenge, digits, isRight }: SupportScene) {
  await page.evaluate(
    ([asked, isGranted, support]) => {
      const { pretended } = window
      pretended.challenge = asked
      pretended.support = support
      pretended.tryResult =
        asked.kind === 'challenge' && isGranted
          ? { kind: 'granted', untilMs: asked.expiresAtMs }
          : { kind: 'wrong', triesLeft: 4 }
      pretended.requestSupport()
    },
    [challenge, isRight, { status, diagnostics: DIAGNOSTICS, checks: CHECKS }] as const,
  )
  // A part of its own: it arrives when it does, and React shows it a little later by the page's clock, which stands still.
  const overlay = page.locator('main[data-screen="support"]')
  const giveUpAtMs = performance.now() + STEP_LIMIT_MS
  while (!(await overlay.isVisible()) && performance.now() < giveUpAtMs) await page.clock.runFor(100)
  if (wanted === 'status') return
  const [freshCode, technician] = [0, 1].map((place) => page.locator('.status-actions button').nth(place))
  await (wanted === 'freshCode' ? freshCode : technician)?.press('Enter')
  if (wanted === 'freshCode' || challenge.kind !== 'challenge') return
  await page.locator('.challenge-text').waitFor()
  await page.keyboard.type(digits)
  if (digits.length === 10) await page.keyboard.press('Enter')
  if (wanted === 'technician') return
  await page.locator('.support-tab').nth(TECHNICIAN_TABS.indexOf(wanted)).press('Enter')
}

/** In the order in which the overlay shows them. */
const TECHNICIAN_TABS: readonly SupportScene['page'][] = ['status', 'device', 'checks', 'events', 'takeAway']
