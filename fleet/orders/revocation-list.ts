/** What the fleet's authority has revoked, in Node and in a browser. Believes no list but that authority's own. */
// @peculiar/x509 finds its own parts by reflection and does not load without this.
import 'reflect-metadata'
import { PemConverter, X509Certificate, X509Crl } from '@peculiar/x509'

export type RevocationList = {
  /** By then the authority has signed another one: RFC 5280 §5.1.2.5. Null where it does not say. */
  nextUpdateEpochMs: number | null
  isRevoked(certificate: X509Certificate): boolean
}

/**
 * @param crlPem one list for each authority
 * @throws Error in words of our own for one that is missing, or not the authority's
 */
export async function openRevocationList(crlPem: string, authorityPem: string): Promise<RevocationList> {
  const lists = PemConverter.decode(crlPem).map((der) => new X509Crl(der))
  const roots = PemConverter.decode(authorityPem).map((der) => new X509Certificate(der))
  const nextUpdatesMs: number[] = []
  const revoked = new Map<string, Set<string>>()
  for (const root of roots) {
    let isListed = false
    for (const list of lists) {
      if (list.issuer !== root.subject || !(await list.verify({ publicKey: root }))) continue
      if (list.nextUpdate) nextUpdatesMs.push(list.nextUpdate.getTime())
      // Two authorities of one name follow each other when a key is replaced.
      const numbers = list.entries.map(({ serialNumber }) => numberOf(serialNumber))
      revoked.set(root.subject, new Set([...(revoked.get(root.subject) ?? []), ...numbers]))
      isListed = true
    }
    if (!isListed) throw new Error(`holds no list that ${root.subject} has signed`)
  }
  return {
    nextUpdateEpochMs: nextUpdatesMs.length === 0 ? null : Math.min(...nextUpdatesMs),
    isRevoked: ({ issuer, serialNumber }) => revoked.get(issuer)?.has(numberOf(serialNumber)) === true,
  }
}

/** Hexadecimal, which some write with zeros before it. */
const numberOf = (serialNumber: string) => serialNumber.toLowerCase().replace(/^0+/, '')
