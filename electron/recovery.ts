/** Ends a shell whose page has died, so that its supervisor starts a fresh one. Never leaves a dead screen up. */
import { app, type WebContents } from 'electron'

/** Exit code of a crash: the supervisor restarts it. */
const EXIT_PAGE_DIED = 71

/** @param report told of what the page complains about, and of its end */
export function recoverPage(contents: WebContents, report: (what: string, error?: unknown) => void): void {
  contents.on('console-message', ({ level, message }) => {
    if (level === 'error') report('the page reports a fault', new Error(message))
  })
  contents.on('preload-error', (_event, _path, error) => report('the preload failed', error))
  contents.on('render-process-gone', (_event, { reason }) => {
    report(`the page's process is gone (${reason})`)
    app.exit(EXIT_PAGE_DIED)
  })
}
