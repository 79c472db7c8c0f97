/** What keeps the glass right: the page, the display, the power, the GPU, put together. Decides nothing by itself. */
import { setTimeout as sleep } from 'node:timers/promises'
import { app, type BrowserWindow, screen } from 'electron'
import type { Language } from '../contract/languages.ts'
import { LINK_REQUESTS } from '../contract/link-protocol.ts'
import type { PaintReport } from '../contract/window-bridge.ts'
import { watchGpu } from './gpu-fallback.ts'
import type { HelperLink, HelperView } from './helper-link.ts'
import { keepIncidents } from './incidents.ts'
import { keepOnDisplay } from './kiosk-display.ts'
import { calmPageUrl } from './kiosk-origin.ts'
import { NO_NEWS, paintedOf, readPaintNews } from './paint-news.ts'
import { keepPower, mayDisplaySleep } from './power.ts'
import { keepPage } from './recovery.ts'
import { reportFault } from './shell-log.ts'

/** Exit code of a crash: the supervisor starts fresh processes. */
const EXIT_SCREEN_LOST = 71
/** For word of it to reach the helper. */
const LAST_WORD_LIMIT_MS = 500

export type KioskScreen = {
  /** Loads the page. */
  start(): void
  noteView(view: HelperView): void
  /** The page's heartbeat. */
  notePainted(report: PaintReport): void
}

export function keepScreen(window: BrowserWindow, link: HelperLink): KioskScreen {
  const incidents = keepIncidents((incident) => link.ask(LINK_REQUESTS.incident, incident))
  const endShell = () =>
    void Promise.race([incidents.flush(), sleep(LAST_WORD_LIMIT_MS)]).then(() => app.exit(EXIT_SCREEN_LOST))
  let language: Language = 'en'
  const page = keepPage(window.webContents, {
    incidents,
    calmPageUrl: () => calmPageUrl(language),
    onLost() {
      link.renewScreen()
      // It waits for its first paint, which may never come: its own dark background is better than what is behind it.
      window.show()
    },
    endShell,
  })
  const power = keepPower((isAwake) => page.setAwake(isAwake))
  const display = keepOnDisplay(window, (what, hasDisplay) => {
    incidents.note('display-changed', what)
    power.setHasDisplay(hasDisplay)
  })
  power.setHasDisplay(screen.getAllDisplays().length > 0)
  watchGpu(app, incidents, endShell)
  let news = NO_NEWS

  return {
    start: page.start,
    noteView(view) {
      if (view.kind === 'unlinked') return
      display.setWish(view.snapshot.screen.display)
      language = view.snapshot.display.languages[0] ?? language
      void incidents.flush()
    },
    notePainted(report) {
      page.notePainted()
      const view = link.view()
      const sleepAfterMinutes = view.kind === 'linked' ? view.snapshot.screen.sleepAfterMinutes : null
      power.setMaySleep(mayDisplaySleep(report, sleepAfterMinutes))
      const next = readPaintNews(news, report, view, performance.now())
      const painted = paintedOf(report, Date.now())
      if (next === news || painted === null) return
      news = next
      link.reportPainted(painted).catch((error: unknown) => reportFault('the helper took no word of a paint', error))
    },
  }
}
