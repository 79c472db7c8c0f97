/** Makes the kiosk's page anew when it died, hangs or stays blank. Never lets the next page inherit the screen of the last. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { App, WebContents } from 'electron'
import type { Incidents } from './incidents.ts'
import { KIOSK_PAGE_URL } from './kiosk-origin.ts'
import { type PaintFault, watchPaint } from './page-watch.ts'
import { countLoss, NO_LOSSES, planRecovery } from './recovery-plan.ts'
import { logEvent, reportFault } from './shell-log.ts'

/** A page that does nothing has no stack to wait for. */
const CALL_STACK_LIMIT_MS = 500
/** The log is for whoever mends it, not for whatever a page calls its functions. */
const CALL_STACK_LIMIT_CHARACTERS = 4_000
/** A process that is told to crash and does not is none any more. */
const CRASH_LIMIT_MS = 2_000
/** net::ERR_ABORTED: another load has taken its place. */
const ABORTED = -3

type Loss = { kind: 'renderer-gone' | 'frozen' | 'blank'; reason: string }

const FAULT_REASONS: Readonly<Record<PaintFault, string>> = {
  blank: 'nothing was painted in time after a load',
  frozen: 'no frame was painted any more',
}

export type Recovery = {
  /** Loads the page for the first time. */
  start(): void
  /** The page's heartbeat. */
  notePainted(): void
  /** False while nobody could paint: no display, or it or the machine sleeps. */
  setAwake(isAwake: boolean): void
}

/** Call before the app is ready: what a hung page was doing can be asked for then. */
export function allowCallStacks(app: App): void {
  app.commandLine.appendSwitch('enable-features', 'DocumentPolicyIncludeJSCallStacksInCrashReports')
}

async function readCallStack(contents: WebContents): Promise<string | undefined> {
  try {
    const stack = contents.mainFrame.collectJavaScriptCallStack()
    const read = await Promise.race([stack, sleep(CALL_STACK_LIMIT_MS)])
    return read ? read.slice(0, CALL_STACK_LIMIT_CHARACTERS) : undefined
  } catch {
    // The frame went meanwhile, which is what it was asked about.
    return undefined
  }
}

type PageKeeping = {
  incidents: Incidents
  /** The page to show when the kiosk's own was lost again and again. */
  calmPageUrl: () => string
  /** Called with each death of the page, before the next one is loaded. */
  onLost: () => void
  /** Called when five pages in a row were lost. */
  endShell: () => void
}

/** Keeps the kiosk's page on the glass. */
export function keepPage(contents: WebContents, { incidents, calmPageUrl, onLost, endShell }: PageKeeping): Recovery {
  const watch = watchPaint((fault) => void condemn({ kind: fault, reason: FAULT_REASONS[fault] }))
  let losses = NO_LOSSES
  /** What a page that is told to crash is lost for. */
  let condemned: Loss | null = null
  /** The page is away since, and what for. */
  let lost: { close: ReturnType<Incidents['open']>; sinceMs: number } | null = null
  /** The calm page, or nothing, is on the glass until the next try. */
  let isWaiting = false
  /** The next try was made, and no document has come yet. */
  let isOnTheWay = false

  function load(): void {
    isWaiting = false
    isOnTheWay = true
    watch.note('loading')
    // What becomes of it is told by events, or by no paint.
    contents.loadURL(KIOSK_PAGE_URL).catch(() => {})
  }

  /** A page that lives and is no good: its process must not serve the next one either. */
  async function condemn(loss: Loss): Promise<void> {
    if (condemned || isWaiting) return
    condemned = loss
    watch.note('gone')
    const stack = await readCallStack(contents)
    if (stack !== undefined) logEvent('screen.call-stack', { stack })
    // It may have died by itself, and the next page be there already.
    if (condemned !== loss || contents.isDestroyed()) return
    contents.forcefullyCrashRenderer()
    await sleep(CRASH_LIMIT_MS)
    if (condemned === loss) lose(loss)
  }

  function lose(loss: Loss): void {
    const nowMs = performance.now()
    condemned = null
    watch.note('gone')
    isWaiting = true
    lost?.close(null)
    lost = { close: incidents.open(loss.kind, loss.reason), sinceMs: lost?.sinceMs ?? nowMs }
    losses = countLoss(losses, nowMs)
    const plan = planRecovery(losses)
    if (plan.kind === 'endShell') {
      lost.close(null)
      endShell()
      return
    }
    onLost()
    if (plan.isCalm) contents.loadURL(calmPageUrl()).catch(() => {})
    setTimeout(load, plan.delayMs)
  }

  contents.on('console-message', ({ level, message }) => {
    if (level === 'error') reportFault('the page reports a fault', new Error(message))
  })
  contents.on('preload-error', (_event, _path, error) => reportFault('the preload failed', error))
  contents.on('render-process-gone', (_event, { reason }) => {
    if (!isWaiting) lose(condemned ?? { kind: 'renderer-gone', reason })
  })
  // Chromium's own sign of a page that lets go of no touch: it also comes while the watch rests.
  contents.on('unresponsive', () => void condemn({ kind: 'frozen', reason: 'no answer to a touch' }))
  contents.on('did-fail-load', (_event, code, name, _url, isMainFrame) => {
    if (isMainFrame && code !== ABORTED) void condemn({ kind: 'blank', reason: `not loaded: ${name || code}` })
  })
  contents.on('did-navigate', (_event, _url, status) => {
    if (status >= 400) void condemn({ kind: 'blank', reason: `not loaded: status ${status}` })
    // What it took to get here (a browser that starts, a slow disk) is not the page's own time.
    else if (isOnTheWay) watch.note('loading')
    isOnTheWay = false
  })

  return {
    start: load,
    notePainted() {
      if (condemned || isWaiting) return
      lost?.close(performance.now() - lost.sinceMs)
      lost = null
      watch.note('painted')
    },
    setAwake: (isAwake) => watch.note(isAwake ? 'resumed' : 'paused'),
  }
}
