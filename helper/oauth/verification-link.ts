/** Whether a link may go on the screen and into the QR code. Pure. Never lets a provider's answer send staff elsewhere. */
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import { isLoopbackHttp } from '../../contract/web-address.ts'
import { PROVIDER_PROFILES } from './provider-profiles.ts'

type Identity = Pick<KioskConfig['identity'], 'provider' | 'issuer' | 'clientId' | 'verificationOrigins'>

/** A QR code of more characters gets modules too small to be read from where people stand. */
const LONGEST_LINK = 512

function refuse(why: string): never {
  throw new KioskError('verification-link-untrusted', `the provider's verification link ${why}; nothing is shown`)
}

/**
 * @returns the link, unchanged
 * @throws KioskError `verification-link-untrusted` unless it is https (or http on loopback with such an issuer), leads to the
 *   issuer's origin, a known or a configured one, carries no credentials, and names no other issuer or client than ours
 */
export function checkVerificationLink(link: string, identity: Identity): string {
  if (link.length > LONGEST_LINK) refuse(`is longer than ${LONGEST_LINK} characters`)
  // Readers of links disagree about these, and a phone must not open another host than the one judged here.
  if (/[\\\s\p{Cc}]/u.test(link)) refuse('holds a backslash, a space or a control character')
  const url = URL.parse(link)
  if (!url) refuse('is not a URL')
  const mayBePlain = isLoopbackHttp(identity.issuer) && isLoopbackHttp(link)
  if (url.protocol !== 'https:' && !mayBePlain) refuse('is not https')
  if (url.username !== '' || url.password !== '') refuse('carries credentials')
  const trusted = [
    new URL(identity.issuer).origin,
    ...PROVIDER_PROFILES[identity.provider].verificationOrigins,
    ...identity.verificationOrigins,
  ]
  if (!trusted.includes(url.origin)) {
    refuse(`leads to ${url.origin}: if that is right, list it in identity.verificationOrigins`)
  }
  // Some providers repeat both in the complete link, so that their page can tell a code of its own from a phisher's.
  for (const [name, ours] of [
    ['iss', identity.issuer],
    ['client_id', identity.clientId],
  ] as const) {
    for (const named of url.searchParams.getAll(name)) if (named !== ours) refuse(`names another ${name}`)
  }
  return link
}
