/** Keeps the focus among an element's buttons while it is there. Never takes it away from one of them. */
import { type RefObject, useEffect } from 'react'

const BUTTONS = 'button:not(:disabled)'

export function useFocusTrap(within: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const turn = (event: KeyboardEvent) => {
      const buttons = [...(within.current?.querySelectorAll<HTMLButtonElement>(BUTTONS) ?? [])]
      const [first, last] = [buttons[0], buttons.at(-1)]
      if (event.key !== 'Tab' || first === undefined || last === undefined) return
      const focused = buttons.findIndex((button) => button.contains(document.activeElement))
      const isLeaving = event.shiftKey ? focused <= 0 : focused === buttons.length - 1
      if (!isLeaving && focused !== -1) return
      event.preventDefault()
      const next = event.shiftKey ? last : first
      next.focus()
    }
    window.addEventListener('keydown', turn)
    return () => window.removeEventListener('keydown', turn)
  }, [within])
}
