/** Gives the focus back to the button that had it, in the screen that comes back. Never to another one. */
import { useCallback, useEffect, useRef } from 'react'

function nameOf(element: Element | null): string | null {
  return element instanceof HTMLButtonElement ? (element.getAttribute('aria-label') ?? element.textContent) : null
}

/** @param isAway while another screen is in the place of the one whose button it was */
export function useFocusReturn(isAway: boolean): { remember: () => void } {
  const name = useRef<string | null>(null)
  useEffect(() => {
    if (isAway || name.current === null) return
    // The screen that comes back is made anew: the same button is another element.
    const button = [...document.querySelectorAll('button')].find((candidate) => nameOf(candidate) === name.current)
    button?.focus({ preventScroll: true })
    name.current = null
  }, [isAway])
  return {
    remember: useCallback(() => {
      // Asked for again while it is open, the overlay must not take one of its own for the screen's.
      if (!document.querySelector('main[data-screen="support"]')) name.current = nameOf(document.activeElement)
    }, []),
  }
}
