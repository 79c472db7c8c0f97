/** How far the hosted app may go: its own origin, frames over TLS, and the devices that the bundle names. Pure. */
import type { HostedApp } from '../contract/hosted-app.ts'
import type { Confines } from './lockdown.ts'

/** What Electron calls the devices behind its one permission `media`. */
const MEDIA = { camera: 'video', microphone: 'audio' } as const

/** @returns the confines of an app; what they are asked about comes from its pages and is not trusted */
export function confineApp({ url: home, permissions }: HostedApp): Confines {
  const appOrigin = new URL(home).origin
  const allowedMedia = permissions.map((permission) => MEDIA[permission])

  function isInside(url: string): boolean {
    const parsed = URL.parse(url)
    // A blob's origin is that of the page which made it, but its content may be anything.
    if (parsed === null || parsed.protocol === 'blob:') return false
    return parsed.origin === appOrigin && parsed.username === '' && parsed.password === ''
  }

  return {
    home,
    isInside,
    mayRedirect: isInside,
    mayFrame: (url) => isInside(url) || URL.parse(url)?.protocol === 'https:',
    mayUse: ({ permission, url, media }) =>
      permission === 'media' &&
      isInside(url) &&
      media.length > 0 &&
      media.every((kind) => allowedMedia.some((allowed) => allowed === kind)),
  }
}
