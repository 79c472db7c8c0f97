/** Whether the support overlay is open: by the held mark or the shortcut, until nobody touches it for two minutes. */
import { useCallback, useEffect, useState } from 'react'
import type { KioskBridge } from '../../contract/window-bridge.ts'
import { useFocusReturn } from './use-focus-return.ts'
import { useHeldMark } from './use-held-mark.ts'

const UNUSED_LIMIT_MS = 120_000
const SIGNS_OF_USE = ['pointerdown', 'keydown'] as const

export type Overlay = { isOpen: boolean; close: () => void }

/** @param isQuestion whether a person is asked to confirm: what comes while the overlay is open must not be hidden by it */
export function useOverlay(isQuestion: boolean, bridge: KioskBridge = window.kiosk): Overlay {
  const [isOpen, setIsOpen] = useState(false)
  const { remember } = useFocusReturn(isOpen)
  const open = useCallback(() => {
    remember()
    setIsOpen(true)
  }, [remember])
  const close = useCallback(() => setIsOpen(false), [])
  useHeldMark(open)
  useEffect(() => bridge.onSupportRequested(open), [bridge, open])
  useEffect(() => {
    if (isQuestion) setIsOpen(false)
  }, [isQuestion])
  useEffect(() => {
    if (!isOpen) return
    let timer = setTimeout(close, UNUSED_LIMIT_MS)
    const note = (event: Event) => {
      clearTimeout(timer)
      if (event instanceof KeyboardEvent && event.key === 'Escape') close()
      else timer = setTimeout(close, UNUSED_LIMIT_MS)
    }
    for (const sign of SIGNS_OF_USE) window.addEventListener(sign, note, { capture: true, passive: true })
    return () => {
      clearTimeout(timer)
      for (const sign of SIGNS_OF_USE) window.removeEventListener(sign, note, { capture: true })
    }
  }, [isOpen, close])
  return { isOpen, close }
}
