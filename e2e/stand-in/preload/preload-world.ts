/**
 * What a sandboxed preload finds around it: `require`, `process`, contextBridge, ipcRenderer. Injected as text into an
 * isolated world: must use nothing outside itself but its parameters. Never offers Node.
 */
import type { ContextBridge, IpcRenderer, IpcRendererEvent, WebFrame } from 'electron'
import type { refuseUnknown } from '../refuse-unknown.ts'
import type { decodeIpc, encodeIpc, IpcWire } from './ipc-codec.ts'
import type { openWorldPort } from './world-port.ts'

/** From the preload to the main process, as JSON through the binding. */
export type FromPreload =
  | { type: 'send'; channel: string; args: IpcWire; url: string }
  | { type: 'invoke'; id: number; channel: string; args: IpcWire; url: string }
  | { type: 'preload-error'; name: string; message: string; stack: string }

/** From the main process to the preload, by evaluation in its world. */
export type ToPreload =
  | { type: 'event'; channel: string; args: IpcWire }
  | { type: 'reply'; id: number; ok: true; value: IpcWire }
  | { type: 'reply'; id: number; ok: false; message: string }

export type PreloadSettings = {
  bindingName: string
  receiverName: string
  meetingEvent: string
  process: { platform: string; arch: string; versions: Record<string, string>; env: NodeJS.ProcessEnv; argv: string[] }
}

export type PreloadScript = (
  require: (name: string) => unknown,
  process: object,
  global: object,
  setImmediate: (callback: () => void) => unknown,
  clearImmediate: (handle: number) => void,
  exports: object,
  module: { exports: object },
) => void

export function runPreload(
  tools: {
    openWorldPort: typeof openWorldPort
    refuseUnknown: typeof refuseUnknown
    encodeIpc: typeof encodeIpc
    decodeIpc: typeof decodeIpc
  },
  settings: PreloadSettings,
  preload: PreloadScript,
): void {
  if (window !== window.top) return
  const world: Record<string, unknown> = Object(globalThis)
  const binding = world[settings.bindingName]
  if (typeof binding !== 'function') throw new Error('electron stand-in: the preload has no way to the main process')
  delete world[settings.bindingName]
  const post = (message: FromPreload) => binding(JSON.stringify(message))
  const guard = <Api extends object>(apiName: string, api: Api): Api =>
    Object.setPrototypeOf(api, tools.refuseUnknown(apiName, Object.getPrototypeOf(api)))

  const bus = document.createElement('i')
  window.dispatchEvent(new MouseEvent(settings.meetingEvent, { relatedTarget: bus }))
  const port = tools.openWorldPort(bus, 'preload')

  type Listener = (...values: unknown[]) => void
  /** The part of Node's EventEmitter that preloads use. */
  class EventEmitter {
    readonly #listeners = new Map<string, { listener: Listener; once: boolean }[]>()
    on(name: string, listener: Listener): this {
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), { listener, once: false }])
      return this
    }
    addListener(name: string, listener: Listener): this {
      return this.on(name, listener)
    }
    once(name: string, listener: Listener): this {
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), { listener, once: true }])
      return this
    }
    off(name: string, listener: Listener): this {
      const all = this.#listeners.get(name) ?? []
      const last = all.findLastIndex((each) => each.listener === listener)
      this.#listeners.set(
        name,
        all.filter((_, index) => index !== last),
      )
      return this
    }
    removeListener(name: string, listener: Listener): this {
      return this.off(name, listener)
    }
    removeAllListeners(name?: string): this {
      if (name === undefined) this.#listeners.clear()
      else this.#listeners.delete(name)
      return this
    }
    listenerCount(name: string): number {
      return this.#listeners.get(name)?.length ?? 0
    }
    emit(name: string, ...values: unknown[]): boolean {
      const all = this.#listeners.get(name) ?? []
      this.#listeners.set(
        name,
        all.filter((each) => !each.once),
      )
      for (const { listener } of all) listener.apply(this, values)
      return all.length > 0
    }
  }

  const invocations = new Map<number, { channel: string; resolve(value: unknown): void; reject(error: Error): void }>()
  let lastInvocation = 0
  class StandInIpcRenderer extends EventEmitter {
    send(channel: string, ...args: unknown[]): void {
      post({ type: 'send', channel, args: tools.encodeIpc(args), url: location.href })
    }
    async invoke(channel: string, ...args: unknown[]): Promise<unknown> {
      const wire = tools.encodeIpc(args)
      lastInvocation += 1
      const id = lastInvocation
      return new Promise((resolve, reject) => {
        invocations.set(id, { channel, resolve, reject })
        post({ type: 'invoke', id, channel, args: wire, url: location.href })
      })
    }
  }
  Object.setPrototypeOf(StandInIpcRenderer.prototype, tools.refuseUnknown('ipcRenderer', EventEmitter.prototype))
  const ipcRenderer = new StandInIpcRenderer() satisfies Pick<IpcRenderer, 'send' | 'invoke'>

  world[settings.receiverName] = (message: ToPreload): void => {
    if (message.type === 'event') {
      const event: Pick<IpcRendererEvent, 'ports'> = { ports: [] }
      const args = tools.decodeIpc(message.args)
      ipcRenderer.emit(message.channel, { ...event, sender: ipcRenderer }, ...(Array.isArray(args) ? args : []))
      return
    }
    const invocation = invocations.get(message.id)
    invocations.delete(message.id)
    if (message.ok) invocation?.resolve(tools.decodeIpc(message.value))
    else {
      const text = `Error invoking remote method '${invocation?.channel}': ${message.message}`
      invocation?.reject(new Error(text))
    }
  }

  const contextBridge = guard('contextBridge', {
    exposeInMainWorld: (key: string, api: unknown) => port.expose(key, api),
  } satisfies Pick<ContextBridge, 'exposeInMainWorld'>)
  const webFrame = guard('webFrame', {
    getZoomFactor: () => 1,
    getZoomLevel: () => 0,
    // The stand-in never zooms by gesture, so a limit changes nothing.
    setVisualZoomLevelLimits: () => undefined,
  } satisfies Pick<WebFrame, 'getZoomFactor' | 'getZoomLevel' | 'setVisualZoomLevelLimits'>)
  const electron = guard('electron (preload)', { contextBridge, ipcRenderer, webFrame })

  const setImmediate = (callback: () => void) => setTimeout(callback, 0)
  const clearImmediate = (handle: number) => clearTimeout(handle)
  // Native timers refuse to be called with another `this`, as in `timers.setTimeout()`.
  const timers = {
    setTimeout: setTimeout.bind(window),
    clearTimeout: clearTimeout.bind(window),
    setInterval: setInterval.bind(window),
    clearInterval: clearInterval.bind(window),
    setImmediate,
    clearImmediate,
  }
  const events = Object.assign(EventEmitter, { EventEmitter })
  // electron.d.ts, process-sandboxing: these and no other modules.
  const modules = new Map<string, unknown>([
    ['electron', electron],
    ['electron/common', electron],
    ['electron/renderer', electron],
    ['events', events],
    ['timers', timers],
    ['url', { URL, URLSearchParams }],
  ])
  const require = (name: string) => {
    const plainName = name.replace(/^node:/, '')
    if (!modules.has(plainName)) throw new Error(`module not found: ${name}`)
    return modules.get(plainName)
  }
  const process = guard('process (preload)', {
    ...settings.process,
    type: 'renderer',
    sandboxed: true,
    contextIsolated: true,
  })
  const module = { exports: {} }
  try {
    preload(require, process, globalThis, setImmediate, clearImmediate, module.exports, module)
  } catch (error) {
    const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error))
    post({ type: 'preload-error', name, message, stack })
  }
}
