/** `powerSaveBlocker`: counts who asked for a lit screen. A headless Chromium has no screen to keep lit. */
import type { PowerSaveBlocker } from 'electron'
import { guardApi } from './refuse-unknown.ts'

const started = new Set<number>()
let lastId = 0

/** Not part of Electron: for a spec. */
export function isDisplayKeptAwake(): boolean {
  return started.size > 0
}

export const powerSaveBlocker: PowerSaveBlocker = guardApi('powerSaveBlocker', {
  start: () => {
    lastId += 1
    started.add(lastId)
    return lastId
  },
  stop: (id: number) => started.delete(id),
  isStarted: (id: number) => started.has(id),
})
