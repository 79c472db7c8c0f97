/** What a technician whom the helper let in may do to the shell itself. Never asks whether: the helper has decided. */
import { app, type WebContents } from 'electron'
import { LINK_REQUESTS } from '../contract/link-protocol.ts'
import type { TechnicianAct } from '../contract/technician-access.ts'
import type { HelperLink } from './helper-link.ts'

/** `stop_exit_codes` of ecosystem.config.js: nobody starts the shell anew. */
const EXIT_LEFT = 73
/** Like a crash: the supervisor starts the next shell. */
const EXIT_RESTART = 74

export function performAct({ action }: TechnicianAct): void {
  if (action === 'leave-kiosk') app.exit(EXIT_LEFT)
  if (action === 'restart-screen') app.exit(EXIT_RESTART)
}

/** Whoever stands before a new page did not answer a challenge on it. */
export function endAccessWithPage(contents: WebContents, link: HelperLink): void {
  contents.on('did-navigate', () => {
    // While the helper is away there is nothing to end: it forgets whom it let in.
    link.ask(LINK_REQUESTS.technicianAct, { action: 'close' }).catch(() => {})
  })
}
