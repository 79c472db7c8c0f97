/** Reads a bundle's logo and judges it by its bytes. Never follows a link out of the bundle, never reads an endless file. */
import { createHash } from 'node:crypto'
import { LOGO_LIMIT_BYTES, type LogoReference } from '../../contract/brand.ts'
import { assertNever } from '../../contract/kiosk-error.ts'
import type { BundleFiles } from '../config/bundle-files.ts'
import { checkPng, isPng } from './check-png.ts'
import { checkSvg } from './check-svg.ts'
import type { LogoFault } from './logo-fault.ts'

export type Logo = { reference: LogoReference; bytes: Buffer }

type LogoReading = { ok: true; logo: Logo } | { ok: false; fault: LogoFault }

const LIMIT_KIBIBYTES = LOGO_LIMIT_BYTES / 1024
const USE_SVG_OR_PNG = 'Use an SVG or PNG file.'

/** What people take for a logo, by its first bytes. */
const OTHER_KINDS: readonly [start: RegExp, name: string][] = [
  [/^\xff\xd8\xff/, 'a JPEG picture'],
  [/^GIF8/, 'a GIF picture'],
  [/^RIFF....WEBP/s, 'a WebP picture'],
  [/^....ftyp(?:avif|heic)/s, 'an AVIF or HEIC picture'],
  [/^BM/, 'a BMP picture'],
  [/^%PDF/, 'a PDF'],
  [/^%!PS/, 'a PostScript file'],
]

const fail = (what: string, remedy: string): LogoReading => ({ ok: false, fault: { what, remedy } })

function readText(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** @returns by its bytes, whatever its name says */
function judge(bytes: Buffer): LogoReading {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (isPng(bytes)) {
    const fault = checkPng(bytes)
    return fault ? { ok: false, fault } : { ok: true, logo: { reference: { type: 'png', sha256 }, bytes } }
  }
  const start = bytes.toString('latin1', 0, 16)
  const other = OTHER_KINDS.find(([pattern]) => pattern.test(start))
  if (other) return fail(`is ${other[1]}`, USE_SVG_OR_PNG)
  const text = readText(bytes)
  if (text === null) return fail('is neither PNG nor text in UTF-8', 'Use a PNG, or an SVG saved as UTF-8.')
  if (!text.trimStart().startsWith('<')) return fail('is neither SVG nor PNG', USE_SVG_OR_PNG)
  const fault = checkSvg(text)
  return fault ? { ok: false, fault } : { ok: true, logo: { reference: { type: 'svg', sha256 }, bytes } }
}

/** @param name the bare name of a file of the bundle */
export async function readLogo(files: BundleFiles, name: string): Promise<LogoReading> {
  const reading = await files.read(name, { limitBytes: LOGO_LIMIT_BYTES, staysInside: true })
  switch (reading.kind) {
    case 'bytes':
      return reading.bytes.length === 0 ? fail('is empty', USE_SVG_OR_PNG) : judge(reading.bytes)
    case 'missing':
      return fail('does not exist', 'Put the SVG or PNG file beside kiosk.json.')
    case 'no-file':
      return fail('is not a file', 'Put an SVG or PNG file beside kiosk.json.')
    case 'too-large':
      return fail(`is larger than ${LIMIT_KIBIBYTES} KiB`, `Make the file smaller than ${LIMIT_KIBIBYTES} KiB.`)
    case 'leads-out':
      return fail('is a link that leads out of the bundle', 'Put the file itself beside kiosk.json.')
    case 'unreadable':
      return fail(`cannot be read (${reading.code})`, 'Let the helper’s account read the bundle folder and its files.')
    default:
      return assertNever(reading)
  }
}
