/** Two independent readers of QR codes: zbar and jsQR. Neither is told anything but the photo. */
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { findScanTools } from '../../scripts/find-scan-tools.mjs'

// jsQR is CommonJS with an ES default, which loaders disagree about; require() always says the same.
const { default: decode } = createRequire(import.meta.url)('jsqr') as typeof import('jsqr')

const runFile = promisify(execFile)
/** zbarimg's exit code for a picture without a code. */
const NOTHING_FOUND = 4
const MOST_GREY_BYTES = 64 * 2 ** 20

export type Reading = { zbar: boolean; jsQr: boolean }

function findTools(): { convert: string; zbarimg: string } {
  const { convert, zbarimg } = findScanTools()
  if (convert === null || zbarimg === null) throw new Error('no ImageMagick or no zbar: run "npm run setup"')
  return { convert, zbarimg }
}

async function readWithZbar(path: string): Promise<string[]> {
  const { zbarimg } = findTools()
  const args = ['--quiet', '--raw', '--nodbus', '-Sdisable', '-Sqrcode.enable', path]
  try {
    return (await runFile(zbarimg, args)).stdout.split('\n')
  } catch (error) {
    if ((error as { code?: unknown }).code === NOTHING_FOUND) return []
    throw error
  }
}

async function readWithJsQr(path: string): Promise<string | null> {
  const { convert } = findTools()
  const args = [path, '-colorspace', 'Gray', '-depth', '8', '-format', '%w\n', '-write', 'info:fd:1', 'gray:-']
  const { stdout } = await runFile(convert, args, { encoding: 'buffer', maxBuffer: MOST_GREY_BYTES })
  const end = stdout.indexOf('\n')
  const width = Number(stdout.subarray(0, end))
  const grey = stdout.subarray(end + 1)
  const pixels = new Uint8ClampedArray(grey.length * 4)
  for (const [index, value] of grey.entries()) pixels.fill(value, index * 4, index * 4 + 3)
  return decode(pixels, width, grey.length / width)?.data ?? null
}

/** Which reader finds exactly this text in the photo. */
export async function readPhoto(path: string, text: string): Promise<Reading> {
  const [lines, found] = await Promise.all([readWithZbar(path), readWithJsQr(path)])
  return { zbar: lines.includes(text), jsQr: found === text }
}
