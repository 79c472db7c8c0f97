/** Which certificate authorities the helper trusts: Node's, the system's and the bundle's. Never skips a check. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/** Holds for every TLS connection that this process opens from now on. @param pems texts of `network.trustedCaFiles` */
export function trustAuthorities(pems: readonly string[]): void {
  // The two lists largely agree, and some systems list an authority more than once.
  const authorities = new Set([...getCACertificates('bundled'), ...getCACertificates('system'), ...pems])
  setDefaultCACertificates([...authorities])
}
