/** Ends a shell whose page has died, so that its supervisor starts a fresh one. Never leaves a dead screen up. */
import { app, type WebContents } from 'electron'

/** Exit code of a crash: the supervisor restarts it. */
const EXIT_PAGE_DIED = 71

/** @param report told of what happened, before the end */
export function recoverPage(contents: WebContents, report: (what: string) => void): void {
  contents.on('render-process-gone', (_event, { reason }) => {
    report(`the page's process is gone (${reason})`)
    app.exit(EXIT_PAGE_DIED)
  })
}
