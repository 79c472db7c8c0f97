/** Which addresses are the kiosk's own page. Compares what was parsed, never a piece of text. */

import type { Language } from '../contract/languages.ts'

export const KIOSK_SCHEME = 'app'
const KIOSK_HOST = 'kiosk'
export const KIOSK_PAGE_URL = `${KIOSK_SCHEME}://${KIOSK_HOST}/index.html`

/** Without any script: what can still be shown when the page above cannot. It holds every language, and shows the one it is asked for. */
export function calmPageUrl(language: Language): string {
  return `${KIOSK_SCHEME}://${KIOSK_HOST}/recovering.html#${language}`
}

/** True for `app://kiosk/…` alone: another scheme, host or port, or a user's name before the host, is somebody else. */
export function isKioskUrl(url: string): boolean {
  const parsed = URL.parse(url)
  if (parsed === null) return false
  const { protocol, host, username, password } = parsed
  // `origin` says "null" for every scheme that the URL standard does not know.
  return protocol === `${KIOSK_SCHEME}:` && host === KIOSK_HOST && username === '' && password === ''
}
