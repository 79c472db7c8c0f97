/** Judges a PNG by its chunks: whole, still, and of a size that a screen can hold. Never decodes a picture. */
import { crc32 } from 'node:zlib'
import { checkShape, type LogoFault } from './logo-fault.ts'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
/** Length, kind and checksum around a chunk's data. */
const CHUNK_FRAME_BYTES = 12
/** A screen holds four bytes for each pixel, whatever few bytes a file needs for them. */
const SIDE_LIMIT_PIXELS = 4096
const AREA_LIMIT_PIXELS = 4_000_000

const EXPORT_AGAIN = 'Export the logo as PNG again.'

export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)
}

/** Its name and data, null where it is cut off or damaged (PNG specification §5.3). */
function readChunk(bytes: Buffer, at: number): { kind: string; data: Buffer } | null {
  if (at + CHUNK_FRAME_BYTES > bytes.length) return null
  const end = at + 8 + bytes.readUInt32BE(at)
  if (end + 4 > bytes.length || crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) return null
  return { kind: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) }
}

function checkSize(header: Buffer): LogoFault | null {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  if (
    width === 0 ||
    height === 0 ||
    Math.max(width, height) > SIDE_LIMIT_PIXELS ||
    width * height > AREA_LIMIT_PIXELS
  ) {
    const remedy = 'Scale the logo down; 512 pixels in height are enough for every screen.'
    return { what: `is ${width} by ${height} pixels`, remedy }
  }
  return checkShape(width, height)
}

/** @returns null for a PNG that can be shown */
export function checkPng(bytes: Buffer): LogoFault | null {
  let at = SIGNATURE.length
  for (let kind = ''; kind !== 'IEND'; ) {
    const chunk = readChunk(bytes, at)
    const isFirst = at === SIGNATURE.length
    const isHeader = chunk?.kind === 'IHDR' && chunk.data.length === 13
    if (chunk === null || isFirst !== isHeader) {
      return { what: `is a damaged PNG (at byte ${at})`, remedy: EXPORT_AGAIN }
    }
    if (chunk.kind === 'acTL') return { what: 'is an animated PNG', remedy: 'Export a single picture of it.' }
    const fault = isHeader ? checkSize(chunk.data) : null
    if (fault !== null) return fault
    kind = chunk.kind
    at += chunk.data.length + CHUNK_FRAME_BYTES
  }
  return null
}
