/** `app`: the life cycle of the main process, in Electron's order of events. Quits on the signals that Electron quits on. */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { App, CommandLine, Details, Event, RenderProcessGoneDetails } from 'electron'
import { createEvent, guardedEmitter } from './guarded-emitter.ts'
import { guardApi } from './refuse-unknown.ts'
import { runtime } from './runtime.ts'
import { takeInstanceLock } from './single-instance-lock.ts'
import { windowRegistry } from './window-registry.ts'

type AppEvents = {
  ready: [event: Event, launchInfo: object]
  'second-instance': [event: Event, argv: string[], workingDirectory: string, additionalData: unknown]
  'window-all-closed': []
  'before-quit': [event: Event]
  'will-quit': [event: Event]
  quit: [event: Event, exitCode: number]
  'web-contents-created': [event: Event, webContents: object]
  'render-process-gone': [event: Event, webContents: object, details: RenderProcessGoneDetails]
  'child-process-gone': [event: Event, details: Details]
  // Accepted and never emitted: this Chromium refuses a bad certificate by itself, as Electron does unless `certificate-error`
  // trusts it, has no client certificate, and answers no login.
  'certificate-error': []
  'select-client-certificate': []
  login: []
}
const EVENT_NAMES: (keyof AppEvents)[] = [
  ...(['ready', 'second-instance', 'window-all-closed', 'before-quit', 'will-quit', 'quit'] as const),
  ...(['web-contents-created', 'render-process-gone', 'child-process-gone'] as const),
  ...(['certificate-error', 'select-client-certificate', 'login'] as const),
]
type Implemented =
  | ('whenReady' | 'isReady' | 'quit' | 'exit' | 'requestSingleInstanceLock' | 'isPackaged' | 'getVersion' | 'getName')
  | ('getPath' | 'setPath' | 'getAppPath' | 'enableSandbox' | 'disableHardwareAcceleration')

class StandInApp extends guardedEmitter<AppEvents>('app', EVENT_NAMES) implements Pick<App, Implemented> {
  // Electron tells it by the executable's name, which is `electron` here.
  readonly isPackaged = process.env.STAND_IN_PACKAGED === '1'
  readonly commandLine: Pick<CommandLine, 'appendSwitch' | 'hasSwitch' | 'getSwitchValue'> = guardApi('commandLine', {
    appendSwitch: (name: string, value = '') => void runtime.switches.set(name, value),
    hasSwitch: (name: string) => runtime.switches.has(name),
    getSwitchValue: (name: string) => runtime.switches.get(name) ?? '',
  })
  readonly #readiness = Promise.withResolvers<void>()
  #quitting = false

  whenReady(): Promise<void> {
    return this.#readiness.promise
  }
  isReady(): boolean {
    return runtime.isReady()
  }
  getVersion(): string {
    return runtime.appPackage.version
  }
  getName(): string {
    return runtime.appPackage.name
  }
  getAppPath(): string {
    return runtime.appPackage.folder
  }
  getPath(name: Parameters<App['getPath']>[0]): string {
    if (name === 'userData') return runtime.userData
    if (name === 'appData') return runtime.appData
    if (name === 'temp') return tmpdir()
    if (name === 'exe') return process.argv[0] ?? process.execPath
    throw new Error(`electron stand-in: app.getPath('${name}') is not implemented`)
  }
  setPath(name: string, path: string): void {
    if (name !== 'userData') throw new Error(`electron stand-in: app.setPath('${name}') is not implemented`)
    if (runtime.isReady()) throw new Error('electron stand-in: userData is in use already: set it before ready')
    if (!existsSync(path)) throw new Error(`Path '${path}' does not exist`)
    runtime.userData = path
  }
  enableSandbox(): void {
    if (runtime.isReady()) throw new Error('app.enableSandbox() can only be called before app is ready')
  }
  disableHardwareAcceleration(): void {
    if (runtime.isReady()) throw new Error('app.disableHardwareAcceleration() can only be called before app is ready')
  }
  requestSingleInstanceLock(additionalData: Record<string, unknown> = {}): boolean {
    const lock = takeInstanceLock(runtime.userData, additionalData, (second) => {
      const { argv, workingDirectory } = second
      // As documented, never before `ready`.
      void this.whenReady().then(() =>
        this.emit('second-instance', createEvent({}), argv, workingDirectory, second.additionalData),
      )
    })
    if ('refused' in lock) {
      runtime.endAfter(lock.notified)
      return false
    }
    process.once('exit', () => lock.release())
    return true
  }
  quit(): void {
    if (this.#quitting) return
    const beforeQuit = createEvent({})
    this.emit('before-quit', beforeQuit)
    if (beforeQuit.defaultPrevented || !windowRegistry.all().every((window) => window.mayClose())) return
    this.#quitting = true
    for (const window of windowRegistry.all()) window.destroy()
    const willQuit = createEvent({})
    this.emit('will-quit', willQuit)
    if (willQuit.defaultPrevented) this.#quitting = false
    else this.exit(0)
  }
  exit(exitCode = 0): void {
    this.#quitting = true
    this.emit('quit', createEvent({}), exitCode)
    void runtime.end(exitCode)
  }
  /** Not part of Electron: starts the life cycle once the main script has run. */
  standInStart(): void {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => this.quit())
    windowRegistry.onAllClosed(() => {
      if (this.#quitting) return
      if (this.listenerCount('window-all-closed') === 0) this.quit()
      else this.emit('window-all-closed')
    })
    setImmediate(() => {
      if (this.#quitting) return
      runtime.becomeReady()
      this.emit('ready', createEvent({}), {})
      this.#readiness.resolve()
    })
  }
}

export const app = new StandInApp()
