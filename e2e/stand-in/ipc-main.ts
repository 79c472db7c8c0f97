/** `ipcMain`: hands what a preload sends to the app's handlers, with the sender. Checks nothing: that is the app's part. */
import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebContents, WebFrameMain } from 'electron'
import { asInvokeEvent, asIpcEvent, asWebContents, asWebFrameMain } from './as-electron.ts'
import { createEvent, guardedEmitter } from './guarded-emitter.ts'
import { decodeIpc, encodeIpc } from './preload/ipc-codec.ts'
import type { FromPreload, ToPreload } from './preload/preload-world.ts'
import { guardApi } from './refuse-unknown.ts'
import type { StandInWebContents } from './web-contents.ts'
import { createMainFrame } from './web-frame-main.ts'

type InvokeHandler = Parameters<IpcMain['handle']>[1]
type Sender = { sender: WebContents; senderFrame: WebFrameMain; frameId: number; processId: number; type: 'frame' }
export type StandInInvokeEvent = Pick<IpcMainInvokeEvent, keyof Sender | 'preventDefault' | 'defaultPrevented'>
export type StandInEvent = StandInInvokeEvent & Pick<IpcMainEvent, 'returnValue' | 'reply' | 'ports'>

const handlers = new Map<string, InvokeHandler>()

class StandInIpcMain
  extends guardedEmitter<Record<string, unknown[]>>('ipcMain', null)
  implements Pick<IpcMain, 'handle' | 'handleOnce' | 'removeHandler'>
{
  handle(channel: string, handler: InvokeHandler): void {
    if (handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`)
    }
    handlers.set(channel, handler)
  }
  handleOnce(channel: string, handler: InvokeHandler): void {
    this.handle(channel, (event, ...args) => {
      this.removeHandler(channel)
      return handler(event, ...args)
    })
  }
  removeHandler(channel: string): void {
    handlers.delete(channel)
  }
}

export const ipcMain = new StandInIpcMain()

/** The sender's frame as it was when it spoke; a later navigation must not change whom the app believes it hears. */
function senderOf(webContents: StandInWebContents, chromiumUrl: string): Sender {
  const frame = createMainFrame(webContents.id, {
    url: () => chromiumUrl,
    callStack: () => Promise.resolve(webContents.mainFrame.collectJavaScriptCallStack()).then((stack) => stack ?? ''),
  })
  return {
    sender: asWebContents(webContents),
    senderFrame: asWebFrameMain(frame),
    frameId: webContents.id,
    processId: webContents.id,
    type: 'frame',
  }
}

function argsOf(message: Exclude<FromPreload, { type: 'preload-error' }>): unknown[] {
  const args = decodeIpc(message.args)
  return Array.isArray(args) ? args : []
}

export const standInIpc = {
  receive(webContents: StandInWebContents, message: FromPreload & { type: 'send' }): void {
    const reply = (channel: string, ...args: unknown[]) => webContents.send(channel, ...args)
    const event = createEvent({ ...senderOf(webContents, message.url), reply, ports: [], returnValue: undefined })
    ipcMain.emit(message.channel, asIpcEvent(guardApi('ipcMainEvent', event)), ...argsOf(message))
  },
  async invoke(webContents: StandInWebContents, message: FromPreload & { type: 'invoke' }): Promise<ToPreload> {
    const { id, channel } = message
    try {
      const handler = handlers.get(channel)
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
      const event = guardApi('ipcMainInvokeEvent', createEvent(senderOf(webContents, message.url)))
      return { type: 'reply', id, ok: true, value: encodeIpc(await handler(asInvokeEvent(event), ...argsOf(message))) }
    } catch (error) {
      // Electron prints it as well, and sends its text alone.
      console.error(`Error occurred in handler for '${channel}':`, error)
      return { type: 'reply', id, ok: false, message: String(error) }
    }
  },
}
