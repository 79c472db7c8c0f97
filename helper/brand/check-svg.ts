/** Judges an SVG by reading it as XML: well-formed, self-contained, drawable. Never expands an entity, never renders. */
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes'
import { checkShape, type LogoFault } from './logo-fault.ts'
import { checkDrawing, type SvgNode } from './svg-drawing.ts'

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg'
const ELEMENT_LIMIT = 5_000
const DEPTH_LIMIT = 64
const GRADIENTS = ['linearGradient', 'radialGradient']
const LOCAL_URL = /url\(\s*["']?#([^"')\s]+)/g

const PLAIN_SVG = 'Save the logo as plain SVG, with paths and shapes only.'
const EXPORT_AGAIN = 'Export the logo as SVG again.'

/** Ends the reading at the first fault. */
class SvgFault extends Error {
  readonly fault: LogoFault

  constructor(what: string, remedy: string) {
    super(what)
    this.fault = { what, remedy }
  }
}

function referencesOf(attributes: Readonly<Record<string, SaxesAttributeNS>>): string[] {
  return Object.values(attributes).flatMap(({ local, value }) => {
    const urls = [...value.matchAll(LOCAL_URL)].map(([, id = '']) => id)
    return local === 'href' && value.startsWith('#') ? [...urls, value.slice(1)] : urls
  })
}

/** Width and height of what it draws, from the `viewBox`, else from its own size in any unit. */
function sizeOf({ attributes }: SaxesTagNS): [number, number] | null {
  const value = (name: string) => attributes[name]?.value ?? ''
  const [, , width = 0, height = 0] = value('viewBox')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  if (width > 0 && height > 0) return [width, height]
  const own = [value('width'), value('height')].filter((length) => !length.includes('%')).map(Number.parseFloat)
  const [ownWidth = 0, ownHeight = 0] = own
  return ownWidth > 0 && ownHeight > 0 && own.every(Number.isFinite) ? [ownWidth, ownHeight] : null
}

function checkRoot(tag: SaxesTagNS): void {
  if (tag.local !== 'svg' || tag.uri !== SVG_NAMESPACE) {
    throw new SvgFault('is XML, but no SVG', 'Use an SVG or PNG file.')
  }
  const size = sizeOf(tag)
  if (size === null) throw new SvgFault('is an SVG without a viewBox', EXPORT_AGAIN)
  const fault = checkShape(...size)
  if (fault !== null) throw new SvgFault(fault.what, fault.remedy)
}

/** Puts elements together as they open and close. */
function createTree() {
  const root: SvgNode = { children: [], references: [] }
  const open = [root]
  const byId = new Map<string, SvgNode>()
  const gradients = new Set<string>()
  let styles = ''
  let elementCount = 0
  let styleDepth = Number.POSITIVE_INFINITY
  return {
    open({ local, attributes }: SaxesTagNS): void {
      elementCount += 1
      if (elementCount > ELEMENT_LIMIT) throw new SvgFault(`has more than ${ELEMENT_LIMIT} elements`, PLAIN_SVG)
      if (open.length > DEPTH_LIMIT) throw new SvgFault(`is nested deeper than ${DEPTH_LIMIT} levels`, PLAIN_SVG)
      const node: SvgNode = { children: [], references: referencesOf(attributes) }
      open.at(-1)?.children.push(node)
      open.push(node)
      if (local === 'style') styleDepth = Math.min(styleDepth, open.length)
      const id = attributes.id?.value
      // Of two with one id, browsers take the first.
      if (id === undefined || byId.has(id)) return
      byId.set(id, node)
      if (GRADIENTS.includes(local)) gradients.add(id)
    },
    text(part: string): void {
      if (open.length >= styleDepth) styles += part
    },
    close(): void {
      if (open.length === styleDepth) styleDepth = Number.POSITIVE_INFINITY
      open.pop()
    },
    /** @returns what is wrong with all of it, or null */
    check(): LogoFault | null {
      const named = [...styles.matchAll(LOCAL_URL)].map(([, id = '']) => id)
      // Which elements a style sheet means is a browser's to tell: it may name only what is cheap however often it is drawn.
      if (!named.every((id) => gradients.has(id))) {
        const remedy = 'Export the SVG with “presentation attributes” in place of a style sheet.'
        return { what: 'has a style sheet that refers to more than gradients', remedy }
      }
      const what = checkDrawing(root, byId)
      return what === null ? null : { what, remedy: PLAIN_SVG }
    },
  }
}

/** @returns null for an SVG that can be shown, once the screen has taken out what does not belong into a picture */
export function checkSvg(text: string): LogoFault | null {
  const tree = createTree()
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', () => {
    throw new SvgFault(`is not well-formed XML (line ${parser.line}, column ${parser.column})`, EXPORT_AGAIN)
  })
  parser.on('doctype', () => {
    throw new SvgFault('has a DOCTYPE, which may hold entities', 'Remove the DOCTYPE, or save the logo as plain SVG.')
  })
  parser.on('processinginstruction', () => {
    throw new SvgFault('has an instruction for other programs (<?…?>)', PLAIN_SVG)
  })
  let isRoot = true
  parser.on('opentag', (tag) => {
    if (isRoot) checkRoot(tag)
    isRoot = false
    tree.open(tag)
  })
  parser.on('text', tree.text)
  parser.on('cdata', tree.text)
  parser.on('closetag', tree.close)
  try {
    parser.write(text).close()
    return tree.check()
  } catch (error) {
    if (error instanceof SvgFault) return error.fault
    throw error
  }
}
