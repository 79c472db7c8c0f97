/** Dims a screen that nobody needs, moves it a little, and lets the first touch wake it. Never lets that touch do more. */
import { useEffect, useState } from 'react'
import type { KioskView } from '../contract/window-bridge.ts'
import { isRealMove, untouchedMs } from './last-input.ts'
import { mayRest, nextShift, type RestState, restAfter, SHIFT_EVERY_MS } from './rest-state.ts'

const LOOK_MS = 1_000
/** A click follows its touch at once, or not at all. */
const CLICK_LIMIT_MS = 400

const INPUTS = [
  ...(['pointerdown', 'pointerup', 'pointercancel', 'pointermove', 'mousedown', 'mouseup', 'touchstart'] as const),
  ...(['touchend', 'click', 'contextmenu', 'wheel', 'keydown', 'keypress', 'keyup'] as const),
]

/**
 * Keeps every input from the screen below, from the first one on until its end.
 *
 * @returns how to stop
 */
function takeWakingTouch(change: (rest: RestState) => void): () => void {
  let clickLimit: ReturnType<typeof setTimeout> | undefined
  const isOver = () => change('awake')
  const take = (event: Event) => {
    // A mouse that moves presses nothing: there is no end to wait for.
    if (event instanceof PointerEvent && event.type === 'pointermove') {
      if (event.pointerType === 'mouse' && event.buttons === 0 && isRealMove(event)) isOver()
      return
    }
    event.preventDefault()
    event.stopImmediatePropagation()
    if (event.type === 'click' || event.type === 'keyup' || event.type === 'wheel') isOver()
    else change('waking')
    if (event.type === 'pointerup' || event.type === 'pointercancel') clickLimit = setTimeout(isOver, CLICK_LIMIT_MS)
  }
  for (const input of INPUTS) window.addEventListener(input, take, { capture: true, passive: false })
  return () => {
    clearTimeout(clickLimit)
    for (const input of INPUTS) window.removeEventListener(input, take, { capture: true })
  }
}

export function useRest(view: KioskView): RestState {
  const [rest, setRest] = useState<RestState>('awake')
  const kind = view.kind === 'linked' ? view.snapshot.session.kind : 'unlinked'
  const dimAfterSeconds = view.kind === 'linked' ? view.snapshot.screen.dimAfterSeconds : null
  useEffect(() => {
    const look = () => setRest((now) => restAfter(now, { kind, untouchedMs: untouchedMs(), dimAfterSeconds }))
    look()
    const ticker = setInterval(look, LOOK_MS)
    return () => clearInterval(ticker)
  }, [kind, dimAfterSeconds])
  const isAwake = rest === 'awake'
  useEffect(() => (isAwake ? undefined : takeWakingTouch(setRest)), [isAwake])
  usePixelShift(mayRest(kind, rest))
  return rest
}

/** What stands still for hours burns into a panel. */
function usePixelShift(isResting: boolean): void {
  useEffect(() => {
    const { dataset } = document.documentElement
    if (!isResting) return
    let place = 0
    const ticker = setInterval(() => {
      place = nextShift(place, untouchedMs())
      dataset.shift = `${place}`
    }, SHIFT_EVERY_MS)
    return () => {
      clearInterval(ticker)
      delete dataset.shift
    }
  }, [isResting])
}
