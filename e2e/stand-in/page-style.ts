/** `insertCSS`, as a sheet that the page's own script could find, where Electron's is the browser's. */
import type { ChromiumSession } from './chromium-connection.ts'

export async function insertStyle(session: ChromiumSession, frameId: string, css: string): Promise<void> {
  const world = await session.send('Page.createIsolatedWorld', { frameId, worldName: 'stand-in style' })
  const expression = `{
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(${JSON.stringify(css)})
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  }`
  await session.send('Runtime.evaluate', { expression, contextId: world.executionContextId })
}
