/** The built page in a Chromium of its own, fed with views by hand: no shell, no helper. The page's own policy lets it reach nothing else. */
import { type Browser, chromium, type Page } from 'playwright-core'
import { plainBrand } from '../contract/brand.ts'
import { LANGUAGES } from '../contract/languages.ts'
import type { KioskSnapshot, SessionState } from '../contract/session-state.ts'
import { BRIDGE_CALLS, type KioskBridge, type KioskView, type PaintReport } from '../contract/window-bridge.ts'
import { findChromium } from '../scripts/find-chromium.mjs'
import { servePage } from './page-server.ts'

const SWITCHES =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** What the helper's clock says in every view; a session's times stand around it. */
export const PRETENDED_NOW_MS = 1_000_000

export type PageOptions = {
  width: number
  height: number
  devicePixelRatio?: number
  colorScheme?: 'dark' | 'light'
  /** Another page than the built one. */
  folder?: string
}

/** A browser for built pages. @throws Error where there is no Chromium */
export async function launchPageBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('no Chromium: run "npm run setup"')
  return chromium.launch({ executablePath, args: SWITCHES.split(' ') })
}

/** A view of a kiosk named as the demo's. Parsed as the shell parses it, so that no pretence outlives the contract. */
export function pretendView(session: SessionState, more: Partial<KioskSnapshot> = {}): KioskView {
  return BRIDGE_CALLS.getView.result.parse({
    kind: 'linked',
    app: 'closed',
    snapshot: {
      sequence: 1,
      clock: { monotonicMs: PRETENDED_NOW_MS, epochMs: 1.7e12 },
      helper: { version: '0.1.0', processId: 1, startedAtEpochMs: 0 },
      device: { id: 'DR-0042', activation: null },
      display: {
        brand: plainBrand('Contoso Reception'),
        kioskName: 'Main lobby',
        place: 'Building 4',
        languages: [...LANGUAGES],
      },
      screen: { display: 'primary', dimAfterSeconds: null, sleepAfterMinutes: null },
      app: null,
      bundle: null,
      vault: 'tmpfs',
      session,
      painted: null,
      ...more,
    },
  })
}

export type PretendedCode = { userCode: string; verificationUri: string; qrText: string; codePrefilled: boolean }

/** A fresh code with four minutes left. */
export function pretendCode(code: PretendedCode): SessionState {
  return {
    kind: 'awaitingApproval',
    generation: 7,
    ...code,
    issuedAtMs: PRETENDED_NOW_MS - 660_000,
    expiresAtMs: PRETENDED_NOW_MS + 240_000,
    replacedBecause: null,
    pollTrouble: null,
  }
}

/** A paint report, and when it came: in milliseconds since the page's navigation began. */
export type TimedPaint = PaintReport & { atMs: number }

/** What the pretended bridge adds to the page for whoever looks on. */
type PretendedWindow = { paints: TimedPaint[]; pushView: (view: KioskView) => void }

/** What the page finds as `window.kiosk`; runs in the page. */
function pretendBridge(view: KioskView): void {
  const paints: TimedPaint[] = []
  const listeners = new Set<(view: KioskView) => void>()
  const bridge: Partial<KioskBridge> = {
    getView: async () => view,
    onView(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onSupportRequested: () => () => {},
    send: async () => ({ accepted: true }),
    placeApp: async () => {},
    painted: async (report) => {
      paints.push({ ...report, atMs: performance.now() })
      console.debug('painted')
    },
  }
  const pushView = (next: KioskView) => {
    for (const listener of [...listeners]) listener(next)
  }
  Object.assign(window, { kiosk: bridge, paints, pushView })
}

/** Every paint that the page has reported. */
export function readPaints(page: Page): Promise<TimedPaint[]> {
  return page.evaluate(() => (window as unknown as PretendedWindow).paints)
}

/** Shows another view, and resolves with the milliseconds that the page took to report it painted. */
export function pushView(page: Page, view: KioskView): Promise<number> {
  return page.evaluate(async (next) => {
    const { paints, pushView } = window as unknown as PretendedWindow
    const startedAtMs = performance.now()
    const { sequence } = next.kind === 'linked' ? next.snapshot : { sequence: null }
    pushView(next)
    for (;;) {
      const paint = paints.find((one) => one.sequence === sequence && one.atMs >= startedAtMs)
      if (paint) return paint.atMs - startedAtMs
      await new Promise(requestAnimationFrame)
    }
  }, view)
}

/** Opens the page with this view and resolves once the page itself has reported it painted, with its fonts loaded. */
export async function openBuiltPage(browser: Browser, view: KioskView, options: PageOptions): Promise<Page> {
  const { width, height, devicePixelRatio = 1, colorScheme = 'dark', folder } = options
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: devicePixelRatio,
    colorScheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const server = await servePage(folder)
  page.on('close', () => server.close())
  await page.addInitScript(pretendBridge, view)
  // Not by looking into the page: the looker's own scripts would take their time while the page takes its own.
  const painted = page.waitForEvent('console', (message) => message.text() === 'painted')
  await page.goto(server.url)
  await painted
  await page.evaluate(() => document.fonts.ready)
  return page
}
