/** Presses of a person at the screen, as commands. Never sends a second one while the first is under way. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Command } from '../contract/commands.ts'
import type { Send } from './use-kiosk.ts'

const TOUCH_GAP_MS = 3_000
/** A finger that was still tapping the screen before must not answer a question it has not read. RFC 8628 §5.4. */
const SETTLE_MS = 600

/**
 * For buttons that may be pressed once; they open again only when the command did not arrive or meant nothing. Say it of
 * them by `aria-disabled`: a button that is disabled loses the focus, and the next key goes nowhere.
 */
export function usePress(send: Send): { isPressed: boolean; press: (command: Command) => Promise<void> } {
  const [isPressed, setIsPressed] = useState(false)
  const press = async (command: Command) => {
    if (isPressed) return
    setIsPressed(true)
    const isAccepted = await send(command)
    if (!isAccepted) setIsPressed(false)
  }
  return { isPressed, press }
}

/** False for the first moments of a screen. */
export function useIsSettled(): boolean {
  const [isSettled, setIsSettled] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsSettled(true), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [])
  return isSettled
}

/**
 * Tells the helper of a touch anywhere on the screen, at most once every three seconds.
 *
 * @returns the same for a button, which a keyboard or an assistive tool can press without touching the screen
 */
export function useTouchAnywhere(send: Send): () => void {
  const lastTouchAtMs = useRef(Number.NEGATIVE_INFINITY)
  const touch = useCallback(async () => {
    if (performance.now() - lastTouchAtMs.current < TOUCH_GAP_MS) return
    lastTouchAtMs.current = performance.now()
    const isAccepted = await send({ kind: 'touch' })
    if (!isAccepted) lastTouchAtMs.current = Number.NEGATIVE_INFINITY
  }, [send])
  useEffect(() => {
    window.addEventListener('pointerdown', touch)
    return () => window.removeEventListener('pointerdown', touch)
  }, [touch])
  return touch
}
