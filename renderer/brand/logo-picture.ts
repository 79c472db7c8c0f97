/** Makes a picture that an `<img>` can show out of a logo's bytes. Never puts a logo's own markup into the page. */
import type { LogoType } from '../../contract/brand.ts'

export type LogoPicture = {
  /** A `data:` URL: in an image nothing of an SVG runs, and nothing is fetched. */
  url: string
  /** Width by height. */
  shape: number
  /** A small copy, RGBA, to see which ground it can stand on. */
  pixels: ArrayLike<number>
}

const SAMPLE_HEIGHT_PIXELS = 48

/** @throws Error for an SVG of which nothing is left */
async function urlOf(type: LogoType, bytes: Uint8Array): Promise<string> {
  if (type === 'png')
    return `data:image/png;base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`
  // Only where a logo is an SVG: PNG needs none of it.
  const { sanitizeSvg } = await import('./sanitize-svg.ts')
  const clean = sanitizeSvg(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  if (clean === null) throw new Error('the logo is no SVG')
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(clean)}`
}

function samplePixels(image: HTMLImageElement, shape: number): ArrayLike<number> {
  const canvas = document.createElement('canvas')
  canvas.height = SAMPLE_HEIGHT_PIXELS
  canvas.width = Math.max(1, Math.round(SAMPLE_HEIGHT_PIXELS * shape))
  const drawing = canvas.getContext('2d')
  if (drawing === null) return []
  drawing.drawImage(image, 0, 0, canvas.width, canvas.height)
  return drawing.getImageData(0, 0, canvas.width, canvas.height).data
}

/**
 * @param bytes of the file
 * @throws Error for what is no picture
 */
export async function makeLogoPicture(type: LogoType, bytes: Uint8Array): Promise<LogoPicture> {
  const image = new Image()
  image.src = await urlOf(type, bytes)
  await image.decode()
  const shape = image.naturalWidth / image.naturalHeight
  if (!(shape > 0) || !Number.isFinite(shape)) throw new Error('the logo has no size')
  return { url: image.src, shape, pixels: samplePixels(image, shape) }
}
