/** Which rows of a long table are worth drawing: those in view, and some around them. */
import { type RefObject, useEffect, useState } from 'react'

/** `tbody tr` in style.css. */
const ROW_REM = 2.5
/** So that Tab finds a next row, and a quick scroll no gap. */
const AROUND = 12

function rowHeight(): number {
  return ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}

/** @returns the first row to draw, the one after the last, and the height of a row in pixels */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, count: number) {
  const [view, setView] = useState({ first: 0, end: 60, height: 40 })
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const look = () => {
      const height = rowHeight()
      const first = Math.max(0, Math.floor(element.scrollTop / height) - AROUND)
      const end = Math.ceil((element.scrollTop + element.clientHeight) / height) + AROUND
      setView((before) =>
        before.first === first && before.end === end && before.height === height ? before : { first, end, height },
      )
    }
    const resizing = new ResizeObserver(look)
    resizing.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    look()
    return () => {
      resizing.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [scroller, count === 0])
  const first = Math.min(view.first, Math.max(0, count - 1))
  return { first, end: Math.min(count, view.end), height: view.height }
}
