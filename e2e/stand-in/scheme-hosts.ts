/** Maps an app's own scheme to an https host that Chromium accepts, and back. `app://kiosk/x` ↔ `https://kiosk.app.…/x` */
import type { CustomScheme } from 'electron'

// RFC 6761 §6.4: .invalid never resolves, so nothing can leave the machine by mistake.
const HOST_SUFFIX = '.stand-in.invalid'
const HOST = new RegExp(`^https://([^/?#]+)\\.([a-z][a-z0-9-]*)${HOST_SUFFIX.replaceAll('.', '\\.')}(?=[/?#]|$)`)

export const STAND_IN_HOSTS_PATTERN = `https://*${HOST_SUFFIX}/*`

const schemes = new Set<string>()

/** Accepts what Chromium can imitate by https: standard, secure schemes. */
export function registerSchemes(customSchemes: readonly CustomScheme[]): void {
  for (const { scheme, privileges } of customSchemes) {
    if (privileges?.standard !== true || privileges.secure !== true || privileges.bypassCSP === true) {
      throw new Error(`electron stand-in: '${scheme}' must be standard, secure and without bypassCSP`)
    }
    if (!/^[a-z][a-z0-9-]*$/.test(scheme)) throw new Error(`electron stand-in: cannot map the scheme '${scheme}'`)
    schemes.add(scheme)
  }
}

export function isRegisteredScheme(scheme: string): boolean {
  return schemes.has(scheme)
}

/** The URL to give to Chromium for a URL of the main process. */
export function toChromiumUrl(url: string): string {
  const [, scheme = '', host = '', rest = ''] = /^([a-zA-Z][\w+.-]*):\/\/([^/?#]+)(.*)$/s.exec(url) ?? []
  return schemes.has(scheme.toLowerCase())
    ? `https://${host.toLowerCase()}.${scheme.toLowerCase()}${HOST_SUFFIX}${rest.startsWith('/') ? '' : '/'}${rest}`
    : url
}

/** The URL to show to the main process for a URL of Chromium. */
export function toElectronUrl(url: string): string {
  return url.replace(HOST, (whole, host: string, scheme: string) =>
    schemes.has(scheme) ? `${scheme}://${host}` : whole,
  )
}

/** As Electron serialises an origin: custom standard schemes have one too. */
export function electronOriginOf(url: string): string {
  const [, custom = null, scheme = ''] = /^(([a-z][\w+.-]*):\/\/[^/?#]+)/.exec(toElectronUrl(url)) ?? []
  if (custom !== null && schemes.has(scheme)) return custom
  return URL.canParse(url) ? new URL(url).origin : 'null'
}

/** The scheme of a mapped URL, or null for the URL of a real server. */
export function schemeOfMappedUrl(url: string): string | null {
  const scheme = HOST.exec(url)?.[2]
  return scheme !== undefined && schemes.has(scheme) ? scheme : null
}

/** A policy that names the scheme itself must name the mapped hosts instead. */
export function toChromiumPolicy(contentSecurityPolicy: string): string {
  let policy = contentSecurityPolicy
  for (const scheme of schemes) {
    policy = policy
      .replace(new RegExp(`(?<![\\w+.-])${scheme}://([^\\s;/,]+)`, 'g'), `https://$1.${scheme}${HOST_SUFFIX}`)
      .replace(new RegExp(`(?<![\\w+.-])${scheme}:(?=[\\s;,]|$)`, 'g'), `https://*.${scheme}${HOST_SUFFIX}`)
  }
  return policy
}
