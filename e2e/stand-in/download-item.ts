/** A download under way: kept aside until the app's `will-download` has had its say. Never leaves a refused file behind. */
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DownloadItem, Event } from 'electron'
import type { Protocol } from './chromium-protocol.ts'
import { guardedEmitter } from './guarded-emitter.ts'
import { toElectronUrl } from './scheme-hosts.ts'

type DownloadState = ReturnType<DownloadItem['getState']>
type ItemEvents = {
  done: [event: Event | object, state: DownloadState]
  updated: [event: object, state: DownloadState]
}

export class StandInDownloadItem
  extends guardedEmitter<ItemEvents>('downloadItem', ['done', 'updated'])
  implements Pick<DownloadItem, 'cancel' | 'getFilename' | 'getURL' | 'getState' | 'setSavePath' | 'getSavePath'>
{
  readonly #begun: Protocol.Browser.downloadWillBeginPayload
  readonly #stopInChromium: () => void
  #savePath: string
  #state: DownloadState = 'progressing'

  constructor(begun: Protocol.Browser.downloadWillBeginPayload, stopInChromium: () => void) {
    super()
    this.#begun = begun
    this.#stopInChromium = stopInChromium
    // Electron would ask a person where to; with nobody to ask, the folder it would propose.
    this.#savePath = join(homedir(), 'Downloads', begun.suggestedFilename)
  }
  getURL(): string {
    return toElectronUrl(this.#begun.url)
  }
  getFilename(): string {
    return this.#begun.suggestedFilename
  }
  getState(): DownloadState {
    return this.#state
  }
  getSavePath(): string {
    return this.#savePath
  }
  setSavePath(path: string): void {
    this.#savePath = path
  }
  cancel(): void {
    if (this.#state !== 'progressing') return
    this.#state = 'cancelled'
    this.#stopInChromium()
    this.emit('done', {}, 'cancelled')
  }
  /** Chromium has ended with it: the file goes where the app wants it, or nowhere. */
  settle(state: 'completed' | 'canceled', keptAside: string): void {
    if (this.#state === 'progressing') {
      this.#state = state === 'completed' ? 'completed' : 'interrupted'
      if (state === 'completed') {
        mkdirSync(dirname(this.#savePath), { recursive: true })
        copyFileSync(keptAside, this.#savePath)
      }
      this.emit('done', {}, this.#state)
    }
    rmSync(keptAside, { force: true })
  }
}
