/** Puts a logo together from the helper's parts. Never hands on bytes other than the ones that the snapshot named. */
import { createHash } from 'node:crypto'
import { LOGO_LIMIT_BYTES, type LogoPart, type LogoRequest } from '../contract/brand.ts'
import { KioskError } from '../contract/kiosk-error.ts'

/**
 * @param askPart asks the helper
 * @returns the logo in base64, or null where the bundle has another by now
 * @throws KioskError `link-message-invalid` for parts that make no such logo; whatever `askPart` throws
 */
export async function fetchLogo(
  sha256: string,
  askPart: (request: LogoRequest) => Promise<LogoPart>,
): Promise<string | null> {
  const parts: Buffer[] = []
  let byteCount = 0
  for (let offset: number | null = 0; offset !== null; ) {
    const part = await askPart({ sha256, offset })
    if (part.kind === 'gone') return null
    const bytes = Buffer.from(part.bytes, 'base64')
    parts.push(bytes)
    byteCount += bytes.length
    // A part that brings nothing, or leads elsewhere than to the next one, would be asked for without end.
    const isFollowed = part.nextOffset === null || (part.nextOffset === byteCount && bytes.length > 0)
    if (!isFollowed || byteCount > LOGO_LIMIT_BYTES) {
      throw new KioskError('link-message-invalid', 'the parts of the logo do not follow one another')
    }
    offset = part.nextOffset
  }
  const logo = Buffer.concat(parts, byteCount)
  if (createHash('sha256').update(logo).digest('hex') !== sha256) {
    throw new KioskError('link-message-invalid', 'the parts of the logo are of another one')
  }
  return logo.toString('base64')
}
