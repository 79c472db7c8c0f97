/** Notices a page whose script no longer lets go, as Electron's `unresponsive`. Never ends the page itself. */
import { setTimeout as delay } from 'node:timers/promises'
import { type ChromiumSession, inBackground } from './chromium-connection.ts'

const QUESTION_GAP_MS = 1_000
// Chromium's own limit is content/browser's kHungRendererDelay.
const DEFAULT_LIMIT_MS = 15_000

/** Asks the page again and again, quietly; `STAND_IN_HANG_LIMIT_MS` shortens the limit for tests. */
export function watchForHang(
  session: ChromiumSession,
  isWatched: () => boolean,
  isGone: () => boolean,
  tell: (state: 'unresponsive' | 'responsive') => void,
): void {
  const limitMs = Number(process.env.STAND_IN_HANG_LIMIT_MS ?? DEFAULT_LIMIT_MS)
  const watch = async () => {
    while (!isGone()) {
      // Not a reason to keep the process alive by itself.
      await delay(QUESTION_GAP_MS, undefined, { ref: false })
      if (!isWatched()) continue
      let hung = false
      const limit = setTimeout(() => {
        hung = isWatched()
        if (hung) tell('unresponsive')
      }, limitMs)
      await session
        .send('Runtime.evaluate', { expression: '0', returnByValue: true })
        // A page that crashed meanwhile may be loaded anew.
        .catch(() => {
          hung = false
        })
        .finally(() => clearTimeout(limit))
      if (hung) tell('responsive')
    }
  }
  // Ends with the session, whose commands then fail as gone.
  inBackground(watch())
}
