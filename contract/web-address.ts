/** What counts as an address that a kiosk may talk to. Judges what was parsed, never a piece of text. */
import { z } from 'zod'

const loopbackHttpUrl = z.url({ protocol: /^http$/, hostname: /^(localhost|127\.0\.0\.1|\[::1\])$/ })
const webUrl = z.url({ protocol: /^https?$/, normalize: true })

/** True for `http:` on this machine, which a development bundle may use. */
export function isLoopbackHttp(url: string): boolean {
  return loopbackHttpUrl.safeParse(url).success
}

/** As a browser writes the address; null for what is neither `https:` nor `http:` on this machine, or names a user. */
function normalized(text: string): string | null {
  const href = webUrl.safeParse(text).data ?? ''
  if (!href.startsWith('https://') && !isLoopbackHttp(href)) return null
  return /^https?:\/\/[^/?#]*@/.test(href) ? null : href
}

export const safeUrlSchema = z
  .string()
  .refine((text) => normalized(text) !== null, {
    error: 'is not an https URL without credentials, such as "https://reception.example.com/kiosk"',
  })
  .meta({ format: 'uri' })

/** Written exactly as `URL.origin` writes it, so that whoever reads the bundle sees what is compared. */
export const safeOriginSchema = z
  .string()
  .refine((text) => normalized(text) === `${text}/`, {
    error: 'is not an https origin, such as "https://api.example.com"',
  })
  .meta({ format: 'uri' })
