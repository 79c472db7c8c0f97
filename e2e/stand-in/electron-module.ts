/** What `require('electron')` answers in the main process. Anything else that is asked of it throws by name. */
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { clipboard } from './clipboard.ts'
import { ipcMain } from './ipc-main.ts'
import { Menu } from './menu.ts'
import { powerMonitor } from './power-monitor.ts'
import { powerSaveBlocker } from './power-save-blocker.ts'
import type { StandInProtocol } from './protocol.ts'
import { guardApi } from './refuse-unknown.ts'
import { registerSchemes } from './scheme-hosts.ts'
import { screen } from './screen.ts'
import { session, sessionOfPartition } from './session.ts'
import { WebContentsView } from './web-contents-view.ts'

/** The default session's protocol; the schemes alone are registered before there is a session. */
const protocol: StandInProtocol = guardApi('protocol', {
  registerSchemesAsPrivileged: registerSchemes,
  handle: (scheme, handler) => sessionOfPartition('').protocol.handle(scheme, handler),
  unhandle: (scheme) => sessionOfPartition('').protocol.unhandle(scheme),
  isProtocolHandled: (scheme) => sessionOfPartition('').protocol.isProtocolHandled(scheme),
} satisfies StandInProtocol)

const electron: object = guardApi('electron', {
  app,
  BrowserWindow,
  WebContentsView,
  clipboard,
  ipcMain,
  Menu,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  screen,
  session,
})

// Node answers `require` of a module with the export of this name.
export { electron as 'module.exports' }
