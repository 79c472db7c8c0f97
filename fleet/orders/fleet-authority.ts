/** Whether a certificate is that of one device of the fleet, in Node and in a browser. Never trusts what a chain brings along. */
// @peculiar/x509 finds its own parts by reflection and does not load without this.
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
} from '@peculiar/x509'
import { deviceUrn } from '../../contract/device-identity.ts'
import type { RevocationList } from './revocation-list.ts'

/** Devices' certificates that were found good are remembered, so that a fleet's receipts cost one signature each. */
const REMEMBERED = 2_000

export type DeviceCertificateFault =
  /** Not signed by the fleet's authority, or for something else than a device. */
  'foreign-certificate' | 'certificate-over' | 'certificate-revoked' | 'another-device'

type CheckedCertificate = { kind: 'good'; publicKeyPem: string } | { kind: 'bad'; why: DeviceCertificateFault }

export type FleetAuthority = {
  /** @param chain base64 DER as in `x5c`, the device's own first */
  check(chain: readonly string[], deviceId: string, nowEpochMs: number): Promise<CheckedCertificate>
}

const urnPrefix = deviceUrn('')

function isAuthority(certificate: X509Certificate): boolean {
  const usage = certificate.getExtension(KeyUsagesExtension)
  const mayCertify = usage === null || (usage.usages & KeyUsageFlags.keyCertSign) !== 0
  return certificate.getExtension(BasicConstraintsExtension)?.ca === true && mayCertify
}

/** RFC 5280 §4.2.1.12: for TLS clients, or for anything where it says nothing. */
function isForDevices(certificate: X509Certificate): boolean {
  const purposes = certificate.getExtension(ExtendedKeyUsageExtension)?.usages
  return !isAuthority(certificate) && (purposes === undefined || purposes.includes(ExtendedKeyUsage.clientAuth))
}

/** By its one common name, and by its URI name where it has one. */
function isOf(certificate: X509Certificate, deviceId: string): boolean {
  const commonNames = certificate.subjectName.getField('CN')
  const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.items ?? []
  const urns = names.filter(({ type, value }) => type === 'url' && value.startsWith(urnPrefix))
  return (
    commonNames.length === 1 && commonNames[0] === deviceId && urns.every(({ value }) => value === deviceUrn(deviceId))
  )
}

const isCurrent = ({ notBefore, notAfter }: X509Certificate, nowEpochMs: number) =>
  notBefore.getTime() <= nowEpochMs && nowEpochMs <= notAfter.getTime()

async function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): Promise<boolean> {
  if (certificate.issuer !== issuer.subject || !isAuthority(issuer)) return false
  return certificate.verify({ publicKey: issuer.publicKey, signatureOnly: true })
}

/**
 * @param pem one certificate or several, as while an authority is replaced
 * @param revocations without them revoked devices are believed like any other
 * @throws Error where it holds none, or one that is no authority
 */
export function openFleetAuthority(pem: string, revocations: RevocationList | null = null): FleetAuthority {
  const roots = PemConverter.decode(pem).map((der) => new X509Certificate(der))
  if (roots.length === 0) throw new Error('it holds no certificate')
  for (const root of roots) if (!isAuthority(root)) throw new Error(`${root.subject} is no certificate authority`)
  const remembered = new Map<string, readonly X509Certificate[]>()

  /** From the device's certificate up to one of ours; null where there is no such way. */
  async function findPath(chain: readonly X509Certificate[]): Promise<readonly X509Certificate[] | null> {
    const [below, ...above] = chain
    if (below === undefined) return null
    for (const root of roots) if (await isSignedBy(below, root)) return [below, root]
    const [next] = above
    if (next === undefined || !(await isSignedBy(below, next))) return null
    const path = await findPath(above)
    return path && [below, ...path]
  }

  async function pathOf(chain: readonly string[]): Promise<readonly X509Certificate[] | null> {
    const name = chain.join(' ')
    const known = remembered.get(name)
    if (known) return known
    const path = await findPath(chain.map((der) => new X509Certificate(der))).catch(() => {
      // No certificate at all, or a key that nobody knows: foreign like any other.
      return null
    })
    if (path === null) return null
    const [oldest] = remembered.keys()
    if (remembered.size >= REMEMBERED && oldest !== undefined) remembered.delete(oldest)
    remembered.set(name, path)
    return path
  }

  return {
    async check(chain, deviceId, nowEpochMs) {
      const path = await pathOf(chain).catch(() => null)
      const leaf = path?.[0]
      if (!path || !leaf || !isForDevices(leaf)) return { kind: 'bad', why: 'foreign-certificate' }
      if (!path.every((certificate) => isCurrent(certificate, nowEpochMs)))
        return { kind: 'bad', why: 'certificate-over' }
      if (revocations && path.some(revocations.isRevoked)) return { kind: 'bad', why: 'certificate-revoked' }
      if (!isOf(leaf, deviceId)) return { kind: 'bad', why: 'another-device' }
      return { kind: 'good', publicKeyPem: leaf.publicKey.toString('pem') }
    },
  }
}
