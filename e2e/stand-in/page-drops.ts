/** Keeps what is dropped onto a page from opening, as Electron does unless `navigateOnDragDrop` is true. Hides no drop from the page. */
import type { ChromiumSession } from './chromium-connection.ts'

/** Runs in the page as injected text, before its scripts: must use nothing outside itself. */
function refuseUnwantedDrops(): void {
  function refuse(event: DragEvent): void {
    if (event.defaultPrevented || event.dataTransfer === null) return
    // Chromium opens what the page did not take: taken and refused is nothing at all.
    event.preventDefault()
    event.dataTransfer.dropEffect = 'none'
  }
  // Added anew for each event, it comes after all of the page's own listeners: a page that takes drops has had its say.
  window.addEventListener('dragover', () => window.addEventListener('dragover', refuse, { once: true }), true)
}

export async function refuseDrops(session: ChromiumSession, worldName: string): Promise<void> {
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${refuseUnwantedDrops})()`, worldName })
}
