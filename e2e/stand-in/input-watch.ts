/** Tells of what a person does on a page as Electron's `input-event`. Never says what was typed or where was touched. */
import type { InputEvent } from 'electron'
import type { ChromiumSession } from './chromium-connection.ts'
import { createEvent } from './guarded-emitter.ts'
import type { StandInWebContents } from './web-contents.ts'

const WORLD = 'stand-in input'
const BINDING = 'standInInput'

const TYPES: Readonly<Record<string, InputEvent['type']>> = {
  mousedown: 'mouseDown',
  mousemove: 'mouseMove',
  touchstart: 'touchStart',
  wheel: 'mouseWheel',
  keydown: 'rawKeyDown',
}

/** Only where somebody listens when the page is made. */
export async function watchInput(session: ChromiumSession, webContents: StandInWebContents): Promise<void> {
  if (webContents.listenerCount('input-event') === 0) return
  session.on('Runtime.bindingCalled', ({ name, payload }) => {
    const type = name === BINDING ? TYPES[payload] : undefined
    if (type !== undefined) webContents.emit('input-event', createEvent({}), { type })
  })
  const source = `for (const name of ${JSON.stringify(Object.keys(TYPES))}) {
    window.addEventListener(name, (event) => event.isTrusted && ${BINDING}(name), { capture: true, passive: true })
  }`
  await Promise.all([
    session.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD }),
    session.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName: WORLD }),
  ])
}
