/** Shows the cursor while a real mouse moves, and for a moment after. Never for a finger. */
import { isRealMove } from './last-input.ts'

const SHOWN_MS = 3_000

/** Call once. The stylesheet hides the cursor but while `data-cursor` says otherwise. */
export function showCursorOfMouse(page: HTMLElement = document.documentElement): void {
  let hiding: ReturnType<typeof setTimeout> | undefined
  const hide = () => {
    clearTimeout(hiding)
    delete page.dataset.cursor
  }
  const show = () => {
    clearTimeout(hiding)
    page.dataset.cursor = 'shown'
    hiding = setTimeout(hide, SHOWN_MS)
  }
  const follow = (event: PointerEvent) => {
    if (event.pointerType !== 'mouse') hide()
    else if (isRealMove(event)) show()
  }
  for (const sign of ['pointermove', 'pointerdown'] as const) {
    window.addEventListener(sign, follow, { capture: true, passive: true })
  }
}
