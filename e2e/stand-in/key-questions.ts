/**
 * Asks the app's `before-input-event` about a key before the page hears of it. The page's process waits meanwhile at a
 * `debugger` statement in the preload's world, because nothing else there can wait for the main process.
 */
import type { Input } from 'electron'
import { type ChromiumSession, inBackground } from './chromium-connection.ts'
import { createEvent } from './guarded-emitter.ts'
import type { StandInWebContents } from './web-contents.ts'

type Question = Pick<Input, 'type' | 'key' | 'code' | 'isAutoRepeat' | 'shift' | 'control' | 'alt' | 'meta'>

/** Of the preload's world: true while its page stands still, when nothing but an evaluation runs in it. */
export const ASKING_FLAG = 'standInIsAsking'

/** Runs in the page as injected text: must use nothing outside itself. */
function askAboutKeys(askingFlag: string): void {
  if (window !== window.top) return
  function askAboutKey(event: KeyboardEvent): void {
    if (!event.isTrusted) return
    const { key, code, repeat, shiftKey, ctrlKey, altKey, metaKey } = event
    // Read and answered by the stand-in while this waits.
    const question = { type: event.type, key, code, repeat, shiftKey, ctrlKey, altKey, metaKey }
    Reflect.set(globalThis, askingFlag, true)
    // biome-ignore lint/suspicious/noDebugger: the one way to wait for the main process
    debugger
    Reflect.set(globalThis, askingFlag, false)
    if ('refused' in question) {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
  }
  window.addEventListener('keydown', askAboutKey, true)
  window.addEventListener('keyup', askAboutKey, true)
}

const READ_QUESTION = `({
  type: question.type === 'keyup' ? 'keyUp' : 'keyDown', key: question.key, code: question.code,
  isAutoRepeat: question.repeat, shift: question.shiftKey, control: question.ctrlKey, alt: question.altKey,
  meta: question.metaKey,
})`

/** Does nothing where nobody listens by then: Electron lets every key through. */
export async function askBeforeKeys(
  session: ChromiumSession,
  webContents: StandInWebContents,
  worldName: string,
): Promise<void> {
  if (webContents.listenerCount('before-input-event') === 0) return
  const answer = async (callFrameId: string): Promise<void> => {
    const asked = await session.send('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression: READ_QUESTION,
      returnByValue: true,
    })
    const event = createEvent({})
    // Shaped by READ_QUESTION above.
    webContents.emit('before-input-event', event, asked.result.value as Question)
    if (!event.defaultPrevented) return
    await session.send('Debugger.evaluateOnCallFrame', { callFrameId, expression: 'question.refused = true' })
  }
  session.on('Debugger.paused', ({ callFrames: [top] }) => {
    const answered = top?.functionName === 'askAboutKey' ? answer(top.callFrameId) : Promise.resolve()
    inBackground(answered.finally(() => session.send('Debugger.resume')))
  })
  await Promise.all([
    session.send('Debugger.enable'),
    session.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${askAboutKeys})('${ASKING_FLAG}')`, worldName }),
  ])
}
