/** The frame of every screen: who this kiosk is on top, one thing in the middle. Names the state for assistive tools and tests. */
import { type ReactNode, useEffect, useRef } from 'react'
import type { SessionStateKind } from '../../contract/session-state.ts'
import type { Identity } from '../session-of.ts'
import { BrandHeader } from './brand-header.tsx'

type ScreenFrameProps = {
  kind: SessionStateKind | 'unlinked' | 'support'
  generation?: number
  /** Without it there is no header: the kiosk does not know who it is, or the screen says so in its own way. */
  identity?: Identity
  children: ReactNode
}

export function ScreenFrame({ kind, generation, identity, children }: ScreenFrameProps) {
  const main = useRef<HTMLElement>(null)
  // What had the focus went with the screen before: whoever moves by keys or switches goes on from the top of this one.
  useEffect(() => {
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true })
  })
  return (
    <main ref={main} className="screen" data-screen={kind} data-generation={generation} tabIndex={-1}>
      {identity !== undefined && <BrandHeader identity={identity} />}
      {children}
    </main>
  )
}
