/** Whether the support overlay is open: by the held mark or the shortcut, until nobody touches it for two minutes. */
import { useCallback, useEffect, useState } from 'react'
import type { KioskBridge } from '../../contract/window-bridge.ts'
import { useHeldMark } from './use-held-mark.ts'

const UNUSED_LIMIT_MS = 120_000
const SIGNS_OF_USE = ['pointerdown', 'keydown'] as const

export type Overlay = { isOpen: boolean; close: () => void }

export function useOverlay(bridge: KioskBridge = window.kiosk): Overlay {
  const [isOpen, setIsOpen] = useState(false)
  const open = useCallback(() => setIsOpen(true), [])
  const close = useCallback(() => setIsOpen(false), [])
  useHeldMark(open)
  useEffect(() => bridge.onSupportRequested(open), [bridge, open])
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
