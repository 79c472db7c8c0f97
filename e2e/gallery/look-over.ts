/** Looks for what a designer would: cut or stray text, things that lie on each other, small targets, scrollbars, raw keys. */

/**
 * Runs inside the page: takes nothing from this module's scope.
 *
 * @param targetPx how high and wide a touch target has to be
 * @returns one line for each fault; none where all is well
 */
export function lookOver(targetPx: number): string[] {
  type Box = { left: number; top: number; right: number; bottom: number }
  type Piece = { what: string; element: Element; box: Box }

  /** Half a pixel of rounding on each side is nobody's fault. */
  const SLACK_PX = 1.5
  const faults = new Set<string>()
  const glass: Box = { left: 0, top: 0, right: innerWidth, bottom: innerHeight }

  /** What lies behind an open sheet is nobody's to read. */
  const sheet = document.querySelector('dialog[open]')
  const isSeen = (element: Element) =>
    (sheet === null || sheet.contains(element)) &&
    element.closest('[aria-live]') === null &&
    // Words for ears alone.
    getComputedStyle(element).clipPath !== 'inset(50%)' &&
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  const nameOf = (element: Element) => {
    const name = element.getAttribute('class')?.split(' ').join('.') ?? ''
    return name === '' ? element.tagName.toLowerCase() : `.${name}`
  }
  const isInside = (inner: Box, outer: Box, slackPx = SLACK_PX) =>
    inner.left >= outer.left - slackPx &&
    inner.right <= outer.right + slackPx &&
    inner.top >= outer.top - slackPx &&
    inner.bottom <= outer.bottom + slackPx
  const doMeet = (one: Box, other: Box) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > SLACK_PX &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > SLACK_PX
  const isPositioned = (element: Element) => /absolute|fixed/.test(getComputedStyle(element).position)
  /** A box that people see the edge of. */
  const isDrawn = (element: Element) => {
    const { backgroundColor, backgroundImage, borderTopWidth, borderTopColor } = getComputedStyle(element)
    const isClear = (colour: string) => /^rgba\(.*, 0\)$/.test(colour) || colour === 'transparent'
    return (
      !isClear(backgroundColor) || backgroundImage !== 'none' || (borderTopWidth !== '0px' && !isClear(borderTopColor))
    )
  }

  /** Each line of text on its own, as high as its letters: lines may be set closer than their font is tall. */
  const collectText = (): Piece[] => {
    const pieces: Piece[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement
      const text = node.textContent?.trim() ?? ''
      if (text === '' || element === null || /SCRIPT|STYLE|TITLE/.test(element.tagName) || !isSeen(element)) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      for (const { left, top, right, bottom, height } of range.getClientRects()) {
        const box = { left, right, top: top + height * 0.24, bottom: bottom - height * 0.24 }
        if (right > left) pieces.push({ what: `“${text.slice(0, 40)}” in ${nameOf(element)}`, element, box })
      }
      // What machines call things is written from left to right, and marked so: names of events, hosts, versions.
      const isName = element.closest('bdi, code, [dir="ltr"]:not(html)') !== null
      if (!isName && /^[a-z][\w-]*(\.[\w-]+)+$/i.test(text) && !/\.(com|example)$/.test(text)) {
        faults.add(`${text} in ${nameOf(element)} looks like the key of a missing translation`)
      }
      if (/undefined|NaN|\[object|\{\w+[,}]/.test(text)) faults.add(`“${text.slice(0, 60)}” is no words for people`)
    }
    return pieces
  }

  const checkAncestors = ({ what, element, box }: Piece) => {
    if (!isInside(box, glass)) faults.add(`${what} is outside the glass`)
    let isNearestBlock = true
    for (
      let around: Element | null = element;
      around !== null && around !== document.body;
      around = around.parentElement
    ) {
      const { display, overflowX, overflowY } = getComputedStyle(around)
      if (display === 'inline' || display === 'contents') continue
      const edge = around.getBoundingClientRect()
      const sideways = { ...box, top: edge.top, bottom: edge.bottom }
      if (overflowX !== 'visible' && overflowY !== 'visible' && !isInside(box, edge)) {
        faults.add(`${what} is cut by ${nameOf(around)}`)
      } else if (isNearestBlock ? !isInside(sideways, edge) : isDrawn(around) && !isInside(box, edge)) {
        faults.add(`${what} leaves ${nameOf(around)}`)
      }
      isNearestBlock = false
      if (isPositioned(around)) break
    }
  }

  const pieceOf = (element: Element): Piece => ({
    what: `${nameOf(element)}${element.textContent?.trim() ? ` “${element.textContent.trim().slice(0, 30)}”` : ''}`,
    element,
    box: element.getBoundingClientRect(),
  })

  const text = collectText()
  if (text.length === 0) faults.add('there is not one word on the glass')
  text.forEach(checkAncestors)

  const controls = [
    ...document.querySelectorAll('button, a[href], input, select, summary, [role="button"], [role="radio"]'),
  ]
    .filter(isSeen)
    .map(pieceOf)
  for (const { what, box } of controls) {
    const [width, height] = [box.right - box.left, box.bottom - box.top]
    if (!isInside(box, glass)) faults.add(`${what} is outside the glass`)
    if (Math.min(width, height) < targetPx - SLACK_PX) {
      faults.add(`${what} is ${width.toFixed()}×${height.toFixed()} px, less than ${targetPx.toFixed()} for a finger`)
    }
  }

  const pictures = [...document.querySelectorAll('svg[role="img"], img, canvas, .message-picture, .busy-dots')]
    .filter(isSeen)
    .map(pieceOf)
  for (const { what, box } of pictures) if (!isInside(box, glass)) faults.add(`${what} is outside the glass`)

  // A button as large as the screen lies under everything on purpose.
  const isBackdrop = ({ box }: Piece) =>
    (box.right - box.left) * (box.bottom - box.top) > 0.8 * innerWidth * innerHeight
  const solid = [...controls.filter((control) => !isBackdrop(control)), ...pictures]
  const areKin = (one: Piece, other: Piece) =>
    one.element.contains(other.element) || other.element.contains(one.element)
  const pairUp = (ones: readonly Piece[], others: readonly Piece[]) => {
    for (const one of ones) {
      for (const other of others) {
        if (one !== other && !areKin(one, other) && doMeet(one.box, other.box)) {
          faults.add(`${one.what} lies on ${other.what}`)
        }
      }
    }
  }
  for (const [index, one] of text.entries()) pairUp([one], text.slice(index + 1))
  pairUp(text, solid)
  for (const [index, one] of solid.entries()) pairUp([one], solid.slice(index + 1))

  for (const element of document.querySelectorAll('html, body, main, main *')) {
    const { overflowX, overflowY, textOverflow, display } = getComputedStyle(element)
    if (!isSeen(element) || element instanceof SVGElement || display === 'inline') continue
    const tooWide = element.scrollWidth > element.clientWidth + SLACK_PX
    const tooHigh = element.scrollHeight > element.clientHeight + SLACK_PX
    const doesScroll = (tooWide && /auto|scroll/.test(overflowX)) || (tooHigh && /auto|scroll/.test(overflowY))
    if (doesScroll) faults.add(`${nameOf(element)} has to be scrolled`)
    if (textOverflow === 'ellipsis' && tooWide) faults.add(`${nameOf(element)} ends in an ellipsis`)
    if (display === 'flow-root' && tooHigh && overflowY === 'hidden') faults.add(`${nameOf(element)} is clamped`)
  }
  return [...faults]
}
