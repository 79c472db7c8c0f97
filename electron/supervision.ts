/** The shell's life under PM2: ready, stop, and the end when PM2 is lost. Never outlives its supervisor. */
import { app } from 'electron'
import { reportFault } from './shell-log.ts'

/** Exit code of a crash, as 1 is: PM2 restarts it. */
const EXIT_SUPERVISOR_LOST = 70

let isReady = false

/** Tells PM2, once, that the screen is up; without PM2 nobody listens. */
export function reportReady(): void {
  if (isReady) return
  isReady = true
  process.send?.('ready')
}

export function superviseShell(): void {
  // Otherwise Electron shows a box with the stack over the kiosk, and lives on without what failed.
  process.on('uncaughtException', (error) => {
    reportFault('the shell failed', error)
    app.exit(1)
  })
  // Nobody reads the log of a shell whose supervisor is gone; that is no failure of its own.
  process.stderr.on('error', () => {})
  // `shutdown_with_message`: how PM2 stops a process where no signal is delivered (Windows).
  process.on('message', (message) => {
    if (message === 'shutdown') app.quit()
  })
  // PM2's children survive their god process; an orphan would hold the screen and the single-instance lock.
  process.on('disconnect', () => app.exit(EXIT_SUPERVISOR_LOST))
}
