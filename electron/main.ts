/** The shell process: a locked window and a relay to the helper. Holds no sign-in logic and no secret. */
import { join } from 'node:path'
import { app, Menu, session, type WebContents } from 'electron'
import { defaultPlaces } from '../contract/kiosk-places.ts'
import type { PaintReport } from '../contract/window-bridge.ts'
import { requestSupport, sendView, serveBridge, viewOf } from './bridge.ts'
import { refusedSwitches, refusedVariables } from './command-line.ts'
import { chooseGpu } from './gpu-fallback.ts'
import { keepHelperLink } from './helper-link.ts'
import { registerKioskScheme, serveKioskPage } from './kiosk-page.ts'
import { keepScreen } from './kiosk-screen.ts'
import { openKioskWindow } from './kiosk-window.ts'
import { KIOSK_CONFINES, lockApp, lockContents, lockSession, lockWindow } from './lockdown.ts'
import { hostReceptionApp } from './reception-app.ts'
import { allowCallStacks } from './recovery.ts'
import { reportFault } from './shell-log.ts'
import { reportReady, superviseShell } from './supervision.ts'
import { watchSupportKey } from './support-key.ts'
import { endAccessWithPage, performAct } from './technician-exit.ts'

const RUNTIME_FOLDER = process.env.KIOSK_RUNTIME_DIR ?? defaultPlaces(process.platform).runtimeFolder
const RENDERER_FOLDER = join(__dirname, '..', 'renderer')
/** No fault of the moment: it stays until whoever starts the shell does it without them. */
const EXIT_UNSAFE_START = 72

let page: WebContents | undefined

function startShell(): void {
  // In memory only: nothing that a page leaves behind outlives the process.
  const kioskSession = session.fromPartition('kiosk')
  lockSession(kioskSession, KIOSK_CONFINES)
  serveKioskPage(kioskSession.protocol, RENDERER_FOLDER)
  const window = openKioskWindow(kioskSession)
  lockWindow(app, window)
  page = window.webContents
  const showView = () => sendView(window.webContents, viewOf(link, reception))
  const link = keepHelperLink(
    RUNTIME_FOLDER,
    (view) => {
      reception.follow(view)
      screen.noteView(view)
      showView()
    },
    (error) => reportFault('no link to the helper', error),
  )
  const reception = hostReceptionApp({ window, link, mayBePlain: !app.isPackaged, onChange: showView })
  const screen = keepScreen(window, link)
  const onPainted = (report: PaintReport) => {
    screen.notePainted(report)
    reportReady()
  }
  serveBridge(link, reception, { onPainted, onAct: performAct })
  endAccessWithPage(window.webContents, link)
  screen.start()
}

app.enableSandbox()
registerKioskScheme()
lockApp(app)
allowCallStacks(app)
chooseGpu(app)
superviseShell()
// A developer's shell needs some of them: the demo looks at its screen through the debugging port.
const { argv, env, platform } = process
const refused = app.isPackaged ? [...refusedSwitches(argv.slice(1), platform), ...refusedVariables(env, platform)] : []
if (refused.length > 0) {
  reportFault(`the shell does not start with ${refused.join(' ')}`)
  app.exit(EXIT_UNSAFE_START)
} else if (app.requestSingleInstanceLock()) {
  app.on('web-contents-created', (_event, contents) => {
    lockContents(contents)
    watchSupportKey(contents, () => requestSupport(page))
  })
  app.on('window-all-closed', () => app.quit())
  Menu.setApplicationMenu(null)
  app
    .whenReady()
    .then(startShell)
    .catch((error: unknown) => {
      reportFault('the shell cannot start', error)
      app.exit(1)
    })
} else {
  reportFault('another shell already holds the screen')
  app.exit(1)
}
