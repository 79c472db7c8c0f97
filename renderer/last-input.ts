/** When somebody last touched the screen, moved a mouse or pressed a key. Never remembers what. */

const SIGNS_OF_A_PERSON = ['pointerdown', 'pointermove', 'wheel', 'keydown', 'click'] as const

let lastInputAtMs = performance.now()

/** A mouse that lies still is "moved" by whatever moves under it. */
export function isRealMove({ movementX, movementY }: Pick<PointerEvent, 'movementX' | 'movementY'>): boolean {
  return movementX !== 0 || movementY !== 0
}

/** Call once, before anything is drawn: no screen can keep an input from counting. */
export function followInput(): void {
  const note = (event: Event) => {
    if (event.type === 'pointermove' && !isRealMove(event as PointerEvent)) return
    lastInputAtMs = performance.now()
  }
  for (const sign of SIGNS_OF_A_PERSON) window.addEventListener(sign, note, { capture: true, passive: true })
}

export function untouchedMs(): number {
  return performance.now() - lastInputAtMs
}
