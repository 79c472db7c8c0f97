/** Tells when an element may have moved: with the window, with fonts that have come, and with whatever stands around it. */

/** @returns how to stop */
export function watchMoves(element: HTMLElement, onMove: () => void): () => void {
  // It speaks up once for the beginning, when nothing has moved.
  let hasBegun = false
  const observer = new ResizeObserver(() => {
    if (hasBegun) onMove()
    hasBegun = true
  })
  // No observer tells of a place, but what pushes an element about is larger or smaller than before.
  for (let inner: Element = element; inner.parentElement && inner.tagName !== 'MAIN'; inner = inner.parentElement) {
    for (const neighbour of inner.parentElement.children) observer.observe(neighbour)
  }
  window.addEventListener('resize', onMove)
  document.fonts.addEventListener('loadingdone', onMove)
  return () => {
    observer.disconnect()
    window.removeEventListener('resize', onMove)
    document.fonts.removeEventListener('loadingdone', onMove)
  }
}
