/** Notices a finger that rests on the brand mark for three seconds. Never keeps a shorter touch from what it was meant for. */
import { useEffect } from 'react'
import { isNear, type Point } from './held-area.ts'

const HOLD_MS = 3_000
/** A finger trembles. */
const SLACK_PIXELS = 24

/** By place, not by target: the idle screen's one button lies above everything. */
function isOnMark(point: Point): boolean {
  const marks = document.querySelectorAll('[data-hold-for-support]')
  return [...marks].some((mark) => isNear(mark.getBoundingClientRect(), point))
}

export function useHeldMark(onHeld: () => void): void {
  useEffect(() => {
    let from: Point | null = null
    let timer: ReturnType<typeof setTimeout> | undefined

    const end = () => {
      clearTimeout(timer)
      from = null
    }
    const begin = (event: PointerEvent) => {
      end()
      if (!event.isPrimary || !isOnMark(event)) return
      from = { clientX: event.clientX, clientY: event.clientY }
      timer = setTimeout(() => {
        end()
        onHeld()
      }, HOLD_MS)
    }
    const move = (event: PointerEvent) => {
      const moved = from && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY)
      if (moved !== null && moved > SLACK_PIXELS) end()
    }
    // A long press asks for a menu, and the browser would take the touch away to show it.
    const keep = (event: Event) => {
      if (from) event.preventDefault()
    }
    const options = { capture: true }
    window.addEventListener('pointerdown', begin, options)
    window.addEventListener('pointermove', move, options)
    window.addEventListener('contextmenu', keep, options)
    for (const ending of ['pointerup', 'pointercancel'] as const) window.addEventListener(ending, end, options)
    return () => {
      end()
      window.removeEventListener('pointerdown', begin, options)
      window.removeEventListener('pointermove', move, options)
      window.removeEventListener('contextmenu', keep, options)
      for (const ending of ['pointerup', 'pointercancel'] as const) window.removeEventListener(ending, end, options)
    }
  }, [onHeld])
}
