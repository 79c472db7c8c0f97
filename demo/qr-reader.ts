/** Reads a QR code from the pixels of a picture, as a phone's camera would. Knows nothing of the page behind it. */
import { createRequire } from 'node:module'
import { PNG } from 'pngjs'

// jsQR is CommonJS with an ES default, which loaders disagree about; require() always says the same.
const { default: decode } = createRequire(import.meta.url)('jsqr') as typeof import('jsqr')

/** @returns the text, or null where no QR code can be read */
export function readQrCode(png: Buffer): string | null {
  const { data, width, height } = PNG.sync.read(png)
  return decode(new Uint8ClampedArray(data), width, height)?.data ?? null
}
