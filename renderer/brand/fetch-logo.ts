/** Puts a logo together from the helper's parts. Never hands on bytes other than the ones that the snapshot named. */
import type { LogoPart, LogoRequest } from '../../contract/brand.ts'
import { LOGO_LIMIT_BYTES } from '../../contract/logo-limits.ts'

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * @param askPart asks the helper
 * @returns the logo's bytes, or null where the bundle has another by now
 * @throws Error for parts that make no such logo; whatever `askPart` throws
 */
export async function fetchLogo(
  sha256: string,
  askPart: (request: LogoRequest) => Promise<LogoPart>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes: number[] = []
  for (let offset: number | null = 0; offset !== null; ) {
    const part = await askPart({ sha256, offset })
    if (part.kind === 'gone') return null
    const text = atob(part.bytes)
    for (const char of text) bytes.push(char.charCodeAt(0))
    // A part that brings nothing, or leads elsewhere than to the next one, would be asked for without end.
    const isFollowed = part.nextOffset === null || (part.nextOffset === bytes.length && text.length > 0)
    if (!isFollowed || bytes.length > LOGO_LIMIT_BYTES)
      throw new Error('the parts of the logo do not follow one another')
    offset = part.nextOffset
  }
  const logo = Uint8Array.from(bytes)
  if ((await sha256Of(logo)) !== sha256) throw new Error('the parts of the logo are of another one')
  return logo
}
