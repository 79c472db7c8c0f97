/** Which keys reach the page. Every other one is dead: no shortcut of a browser or of a window is left to find. */
import type { Input } from 'electron'

/** Enough to reach and press every button, and to type; with one character each, the printable keys are live as well. */
const LIVE = new Set([
  ...['Tab', 'Enter', 'Escape', 'Backspace', 'Delete', 'Home', 'End', 'PageUp', 'PageDown', 'Shift'],
  ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'],
])

/** A key that is held together with Ctrl, Alt or the system's key is a shortcut, whatever it is. */
export function isLiveKey({ key, control, alt, meta }: Pick<Input, 'key' | 'control' | 'alt' | 'meta'>): boolean {
  if (control || alt || meta) return false
  return LIVE.has(key) || [...key].length === 1
}
