/** Tells of a GPU process that is gone, as `child-process-gone`. Looks for it several times a second; sees no other process. */
import { setTimeout as delay } from 'node:timers/promises'
import { app } from './app.ts'
import { inBackground } from './chromium-connection.ts'
import { createEvent } from './guarded-emitter.ts'
import { runtime } from './runtime.ts'

const LOOK_GAP_MS = 250

async function watch(): Promise<void> {
  const { browser } = (await runtime.chromium()).connection
  let known: number | null = null
  for (; !runtime.isEnding(); await delay(LOOK_GAP_MS, undefined, { ref: false })) {
    // It costs a little.
    if (app.listenerCount('child-process-gone') === 0) continue
    const { processInfo } = await browser.send('SystemInfo.getProcessInfo')
    const gpu = processInfo.find(({ type }) => type === 'GPU')?.id ?? null
    // Chromium does not say how it ended; its own end is the app's.
    if (known !== null && gpu !== known) {
      app.emit('child-process-gone', createEvent({}), { type: 'GPU', reason: 'killed', exitCode: 9 })
    }
    known = gpu
  }
}

/** Call when the app is ready. */
export function watchChildProcesses(): void {
  inBackground(watch())
}
