/** Carries IPC between a page's preload and the main process. Only the isolated world's binding is ever listened to. */
import { type ChromiumSession, inBackground } from './chromium-connection.ts'
import { standInIpc } from './ipc-main.ts'
import { ASKING_FLAG } from './key-questions.ts'
import type { IpcWire } from './preload/ipc-codec.ts'
import type { PreloadInjection } from './preload/preload-injection.ts'
import type { FromPreload, ToPreload } from './preload/preload-world.ts'
import type { StandInWebContents } from './web-contents.ts'

export type PageMessages = { send(channel: string, args: IpcWire): void }

export async function carryMessages(
  session: ChromiumSession,
  mainFrameId: string,
  webContents: StandInWebContents,
  injection: PreloadInjection,
): Promise<PageMessages> {
  let preloadContextId: number | null = null
  let standstill = Promise.withResolvers<void>()
  session.on('Debugger.paused', () => {
    standstill = Promise.withResolvers()
  })
  session.on('Debugger.resumed', () => standstill.resolve())
  const deliver = async (contextId: number, message: ToPreload): Promise<void> => {
    const receive = `(${injection.receiverName}(${JSON.stringify(message)}), 'received')`
    const expression = `globalThis.${ASKING_FLAG} ? 'asking' : ${receive}`
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, contextId })
    if (result.value === 'asking') {
      // As in Electron, a message waits until the page goes on.
      await standstill.promise
      return deliver(contextId, message)
    }
    if (exceptionDetails === undefined) return
    console.error('electron stand-in: an ipcRenderer listener threw:', exceptionDetails.exception?.description)
  }
  session.on('Runtime.executionContextCreated', ({ context }) => {
    const { frameId, type } = context.auxData ?? {}
    if (context.name === injection.worldName && type === 'isolated' && frameId === mainFrameId) {
      preloadContextId = context.id
    }
  })
  session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
    if (executionContextId === preloadContextId) preloadContextId = null
  })
  session.on('Runtime.executionContextsCleared', () => {
    preloadContextId = null
  })
  session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    if (name !== injection.bindingName) return
    const message: FromPreload = JSON.parse(payload)
    if (message.type === 'preload-error') {
      webContents.standIn.reportPreloadError(
        Object.assign(new Error(message.message), { name: message.name, stack: message.stack }),
      )
    } else if (message.type === 'send') standInIpc.receive(webContents, message)
    else {
      const reply = (answer: ToPreload) => inBackground(deliver(executionContextId, answer))
      inBackground(standInIpc.invoke(webContents, message).then(reply))
    }
  })
  await Promise.all([
    session.send('Runtime.addBinding', { name: injection.bindingName, executionContextName: injection.worldName }),
    // In this order: the page's half must listen before the preload speaks, and both run before the page's scripts.
    session.send('Page.addScriptToEvaluateOnNewDocument', { source: injection.pageScript }),
    session.send('Page.addScriptToEvaluateOnNewDocument', {
      source: injection.preloadScript,
      worldName: injection.worldName,
    }),
  ])
  return {
    send(channel, args) {
      const message: ToPreload = { type: 'event', channel, args }
      // As in Electron, a message to a document that has no preload (yet) reaches nobody.
      if (preloadContextId !== null) inBackground(deliver(preloadContextId, message))
    },
  }
}
