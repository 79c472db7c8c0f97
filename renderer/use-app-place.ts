/** Tells the shell where the hosted app goes: over one element of the page. Never leaves it up once that element is gone. */
import { type RefObject, useEffect, useRef } from 'react'
import type { AppArea } from '../contract/window-bridge.ts'
import { reportProblem } from './report-problem.ts'

/** Shows the hosted app in an area of the page, in whole CSS pixels; null hides it. */
export type PlaceApp = (area: AppArea | null) => Promise<void>

/** Rounded inwards: the app never covers a pixel of what lies around it. */
function areaOf(element: Element): AppArea | null {
  const { left, top, right, bottom } = element.getBoundingClientRect()
  const [x, y] = [Math.ceil(left), Math.ceil(top)]
  const [width, height] = [Math.floor(right) - x, Math.floor(bottom) - y]
  return width > 0 && height > 0 ? { x, y, width, height } : null
}

/** @returns for the element that the app is shown over for as long as it is drawn */
export function useAppPlace(placeApp: PlaceApp): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const tell = (area: AppArea | null) => {
      placeApp(area).catch((error: unknown) => reportProblem('The shell did not place the hosted app', error))
    }
    // Called once to begin with, and again when the window turns or the bar above grows a line.
    const observer = new ResizeObserver(() => tell(areaOf(element)))
    observer.observe(element)
    return () => {
      observer.disconnect()
      tell(null)
    }
  }, [placeApp])
  return place
}
