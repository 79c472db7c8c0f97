/** What a technician whom the helper let in may do to the shell itself. Never asks whether: the helper has decided. */
import { app, type WebContents } from 'electron'
import { LINK_REQUESTS } from '../contract/link-protocol.ts'
import type { TechnicianAct } from '../contract/technician-access.ts'
import type { HelperLink } from './helper-link.ts'

/** The first is one of the `stop_exit_codes` of ecosystem.config.js: nobody starts the shell anew. The second is like a crash. */
const EXIT_CODES = { 'leave-kiosk': 73, 'restart-screen': 74, close: null }

export function performAct({ action }: TechnicianAct): void {
  const exitCode = EXIT_CODES[action]
  if (exitCode !== null) app.exit(exitCode)
}

/** Whoever stands before a new page did not answer a challenge on it. */
export function endAccessWithPage(contents: WebContents, link: HelperLink): void {
  contents.on('did-navigate', () => {
    // While the helper is away there is nothing to end: it forgets whom it let in.
    link.ask(LINK_REQUESTS.technicianAct, { action: 'close' }).catch(() => {})
  })
}
