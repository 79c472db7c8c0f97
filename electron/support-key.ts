/** Ctrl+Alt+S, which opens the support overlay from any page of the kiosk. The key stays dead for the page itself. */
import type { Input, WebContents } from 'electron'

type Key = Pick<Input, 'type' | 'code' | 'control' | 'alt' | 'shift' | 'meta' | 'isAutoRepeat'>

/** By the key's place on the keyboard: with Ctrl and Alt many layouts make another letter of it. */
export function isSupportShortcut({ type, code, control, alt, shift, meta, isAutoRepeat }: Key): boolean {
  return type === 'keyDown' && code === 'KeyS' && control && alt && !shift && !meta && !isAutoRepeat
}

/** Call for every WebContents as it is created. */
export function watchSupportKey(contents: WebContents, onSupport: () => void): void {
  contents.on('before-input-event', (_event, input) => {
    if (isSupportShortcut(input)) onSupport()
  })
}
