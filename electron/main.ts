/** The shell process: a locked window and a relay to the helper. Holds no sign-in logic and no secret. */
import { join } from 'node:path'
import { app, Menu, powerSaveBlocker, session, type WebContents } from 'electron'
import { requestSupport, sendView, serveBridge } from './bridge.ts'
import { refusedSwitches, refusedVariables } from './command-line.ts'
import { keepHelperLink } from './helper-link.ts'
import { registerKioskScheme, serveKioskPage } from './kiosk-page.ts'
import { loadKioskPage, openKioskWindow } from './kiosk-window.ts'
import { lockApp, lockContents, lockSession, lockWindow } from './lockdown.ts'
import { recoverPage } from './recovery.ts'
import { reportFault } from './shell-log.ts'
import { reportReady, superviseShell } from './supervision.ts'
import { watchSupportKey } from './support-key.ts'
import { endAccessWithPage, performAct } from './technician-exit.ts'

const RUNTIME_FOLDER = process.env.KIOSK_RUNTIME_DIR ?? '/run/digital-receptionist'
const RENDERER_FOLDER = join(__dirname, '..', 'renderer')
/** No fault of the moment: it stays until whoever starts the shell does it without them. */
const EXIT_UNSAFE_START = 72

let page: WebContents | undefined

async function startShell(): Promise<void> {
  // In memory only: nothing that a page leaves behind outlives the process.
  const kioskSession = session.fromPartition('kiosk')
  lockSession(kioskSession)
  serveKioskPage(kioskSession.protocol, RENDERER_FOLDER)
  const window = openKioskWindow(kioskSession)
  lockWindow(app, window)
  const { webContents } = window
  page = webContents
  recoverPage(webContents, reportFault)
  const link = keepHelperLink(
    RUNTIME_FOLDER,
    (view) => sendView(webContents, view),
    (error) => reportFault('no link to the helper', error),
  )
  serveBridge(link, performAct)
  endAccessWithPage(webContents, link)
  await loadKioskPage(window)
  powerSaveBlocker.start('prevent-display-sleep')
  reportReady()
}

app.enableSandbox()
registerKioskScheme()
lockApp(app)
superviseShell()
// A developer's shell needs some of them: the demo looks at its screen through the debugging port.
const unsafe = [
  ...refusedSwitches(process.argv.slice(1), process.platform),
  ...refusedVariables(process.env, process.platform),
]
const refused = app.isPackaged ? unsafe : []
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
