/** Hosts the reception app while somebody is signed in, and brings it back when it fails. Never ends a session itself. */
import type { BrowserWindow } from 'electron'
import type { HostedApp } from '../contract/hosted-app.ts'
import { LINK_REQUESTS } from '../contract/link-protocol.ts'
import type { AppArea, AppState } from '../contract/window-bridge.ts'
import { retryDelayMs } from './app-retry.ts'
import type { HelperLink, HelperView } from './helper-link.ts'
import { openHostedView } from './hosted-view.ts'
import { reportFault } from './shell-log.ts'
import { openTokenSource } from './token-source.ts'

/** A page that has neither loaded nor failed by then is loaded again. */
const LOAD_LIMIT_MS = 20_000
/** As the kiosk's own page reports it. */
const ACTIVITY_GAP_MS = 5_000
/** A page that stays up for so long has recovered: the next failure is a first one. */
const STEADY_MS = 60_000
/** Electron's number for a load that another one replaced, or that the lockdown refused. */
const ERR_ABORTED = -3

export type ReceptionApp = {
  state(): AppState
  /** Opens and destroys it with the session on the screen; call with every view. */
  follow(view: HelperView): void
  /** Cut off at the window's edge. */
  place(area: AppArea | null): void
}

type Host = { window: BrowserWindow; link: HelperLink; mayBePlain: boolean; onChange: () => void }

/** Another session, or another app after a change of the bundle, is another view. */
type Wanted = { generation: number; app: HostedApp }

/** One session's app, from its first load to its end. */
type Showing = { state(): AppState; place(area: AppArea | null): void; end(): void }

export function hostReceptionApp(host: Host): ReceptionApp {
  const { window } = host
  let showing: (Showing & { key: string }) | null = null

  function end(): void {
    showing?.end()
    showing = null
  }

  function follow(view: HelperView): void {
    const wanted = wantedBy(view)
    const key = wanted && JSON.stringify(wanted)
    if (key === (showing?.key ?? null)) return
    end()
    if (!wanted || !key) return
    const openAnew = (area: AppArea | null) => {
      end()
      follow(host.link.view())
      showing?.place(area)
    }
    showing = { key, ...showApp(host, wanted, openAnew) }
  }

  // A page that is gone places nothing any more; one that was loaded anew says where by itself, if there still is a session.
  window.webContents.on('render-process-gone', end)
  window.webContents.on('did-navigate', () => {
    showing?.place(null)
    follow(host.link.view())
  })
  return {
    state: () => showing?.state() ?? 'closed',
    follow,
    place(next) {
      const { width, height } = window.getContentBounds()
      // The page's pixels and the window's may differ by one where a display is scaled, and by more while it turns.
      const within = (from: number, size: number, limit: number) => Math.max(0, Math.min(size, limit - from))
      showing?.place(
        next && { ...next, width: within(next.x, next.width, width), height: within(next.y, next.height, height) },
      )
    },
  }
}

function wantedBy(view: HelperView): Wanted | null {
  if (view.kind === 'unlinked') return null
  const { session, app } = view.snapshot
  return session.kind === 'signedIn' && app !== null ? { generation: session.generation, app } : null
}

/** @param openAnew called when its view is no more, though the session goes on, with the place it was at */
function showApp(
  { window, link, mayBePlain, onChange }: Host,
  { generation, app }: Wanted,
  openAnew: (area: AppArea | null) => void,
): Showing {
  let state: AppState = 'opening'
  let area: AppArea | null = null
  let failures = 0
  /** Of the app's document; null before there is one, and where Chromium shows an error page of its own. */
  let status: number | null = null
  let lastUseAtMs = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let isOver = false

  const tokens = openTokenSource(link, generation)
  const { contents, show, destroy } = openHostedView({ window, app, tokens, mayBePlain, onUse })

  function onUse(): void {
    if (isOver || performance.now() - lastUseAtMs < ACTIVITY_GAP_MS) return
    lastUseAtMs = performance.now()
    link
      .ask(LINK_REQUESTS.command, { kind: 'activity' })
      .catch((error: unknown) => reportFault('the use of the app was not heard', error))
  }

  function change(next: AppState): void {
    show(next === 'open' ? area : null)
    if (state === next) return
    state = next
    onChange()
  }

  function after(delayMs: number, then: () => void): void {
    clearTimeout(timer)
    timer = setTimeout(then, delayMs)
  }

  function load(): void {
    status = null
    after(LOAD_LIMIT_MS, () => fail('it did not load in time'))
    contents.loadURL(app.url).catch(({ code }: NodeJS.ErrnoException) => {
      // Also when a script of the app went on to another page of it, whose own end counts then. The message holds an address.
      if (!isOver && state !== 'open') reportFault(`the hosted app was not loaded: ${code}`)
    })
  }

  function fail(why: string, then = load): void {
    if (isOver) return
    reportFault(`the hosted app failed: ${why}`)
    failures += 1
    status = null
    // A crash is mended by a second load as a rule, and nobody need hear of it.
    change(state === 'open' ? 'opening' : 'unreachable')
    after(retryDelayMs(failures, Math.random()), then)
  }

  contents.on('did-navigate', (_event, _url, code) => {
    status = code
  })
  contents.on('dom-ready', () => {
    if (isOver || status === null) return
    if (status >= 400) return fail(`its server answered ${status}`)
    change('open')
    after(STEADY_MS, () => {
      failures = 0
    })
  })
  contents.on('did-fail-load', (_event, number, _description, _url, isMainFrame) => {
    if (isMainFrame && number !== ERR_ABORTED) fail(`error ${number}`)
  })
  contents.on('render-process-gone', (_event, { reason }) => fail(`its process is gone (${reason})`))
  contents.on('destroyed', () => fail('its page closed itself', () => openAnew(area)))
  contents.on('unresponsive', () => {
    if (!isOver) contents.forcefullyCrashRenderer()
  })
  load()

  return {
    state: () => state,
    place(next) {
      area = next
      show(state === 'open' ? area : null)
    },
    end() {
      isOver = true
      clearTimeout(timer)
      destroy().catch((error: unknown) => reportFault('the hosted app left something behind', error))
    },
  }
}
