/** What the page still knows of its kiosk while the helper is away: who it is, and no more. */
import { useState } from 'react'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { KioskView } from '../../contract/window-bridge.ts'

export type LastLinked = Pick<KioskSnapshot, 'device' | 'display' | 'helper'>

/** Null before the helper has ever said anything. */
export function useLastLinked(view: KioskView): LastLinked | null {
  const [last, setLast] = useState<LastLinked | null>(null)
  if (view.kind !== 'linked') return last
  const { device, display, helper } = view.snapshot
  const isNews = last?.device.id !== device.id || last.helper.processId !== helper.processId
  if (isNews) setLast({ device, display, helper })
  return last
}
