/** Takes out of an SVG whatever is no drawing. Never answers one that could run, fetch, move or lead anywhere. */
import DOMPurify, { type UponSanitizeAttributeHook } from 'dompurify'

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg'
/** Pictures within the picture, by their bytes. */
const EMBEDDED_PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=\s]*$/i
const LOCAL_REFERENCE = /^#[^\s"'()\\]+$/
/** All but what names a part of this very file: `url(#a)`. */
const FOREIGN_URL = /url\s*\(\s*(?!["']?#)/i
/** Escapes could hide any of the others; `@media` alone is harmless of all that begins with an `@`. */
const UNWANTED_STYLE =
  /\\|@(?!media\b)|image-set|image\s*\(|src\s*\(|expression|animation|transition|offset-path|javascript:/i

const isUnwanted = (css: string) => FOREIGN_URL.test(css) || UNWANTED_STYLE.test(css)

const keepOwn: UponSanitizeAttributeHook = (element, data) => {
  const { attrName, attrValue } = data
  if (attrName === 'href' || attrName === 'xlink:href') {
    const isPicture = element.localName === 'image' && EMBEDDED_PICTURE.test(attrValue)
    if (!isPicture && !LOCAL_REFERENCE.test(attrValue)) data.keepAttr = false
  } else if (FOREIGN_URL.test(attrValue) || (attrName === 'style' && isUnwanted(attrValue))) {
    data.keepAttr = false
  }
}

/** The default one serves HTML as well; this one knows pictures only. */
function createPurifier() {
  const purifier = DOMPurify(window)
  purifier.addHook('uponSanitizeAttribute', keepOwn)
  return purifier
}

const CONFIG = {
  USE_PROFILES: { svg: true },
  // What refers to parts of this file alone, which the hook sees to; the helper has counted how much that draws.
  ADD_TAGS: ['use'],
  ADD_ATTR: ['href', 'xlink:href'],
  FORBID_TAGS: ['a', 'animatecolor', 'animatemotion', 'animatetransform', 'mpath', 'view'],
  // Its ids never meet the page's own: it is shown as an image.
  SANITIZE_DOM: false,
  IN_PLACE: true,
}

/** Its own size is of no use to a page that scales it; without a `viewBox` it could not be scaled. */
function makeScalable(root: Element): void {
  const [width = '', height = ''] = ['width', 'height'].map((name) => root.getAttribute(name) ?? '')
  if (!root.hasAttribute('viewBox')) {
    root.setAttribute('viewBox', `0 0 ${Number.parseFloat(width)} ${Number.parseFloat(height)}`)
  }
  const [, , boxWidth = 0, boxHeight = 0] = (root.getAttribute('viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  root.setAttribute('width', `${(boxWidth / boxHeight) * 256}`)
  root.setAttribute('height', '256')
}

/** @returns the drawing as an SVG document, null where the text is none */
export function sanitizeSvg(text: string): string | null {
  // The helper refuses both; here stands the second wall.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return null
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml')
  const root = parsed.documentElement
  if (root.namespaceURI !== SVG_NAMESPACE || root.localName !== 'svg' || parsed.querySelector('parsererror'))
    return null
  for (const style of [...parsed.getElementsByTagNameNS('*', 'style')]) {
    if (isUnwanted(style.textContent ?? '')) style.remove()
  }
  const purifier = createPurifier()
  purifier.sanitize(root, CONFIG)
  makeScalable(root)
  return new XMLSerializer().serializeToString(root)
}
