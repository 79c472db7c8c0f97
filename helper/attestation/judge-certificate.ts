/** Judges a device's certificate and key by what stands in them. Never looks at a file, and never quotes a key. */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { deviceIdSchema, deviceUrn } from '../../contract/device-identity.ts'
import type { DeviceCertificateCode } from '../../contract/kiosk-error.ts'
import type { DeviceCertificate, DeviceCertificateFault, DeviceIdentity } from './device-identity.ts'
import { signDeviceJws } from './sign-device-jws.ts'

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
const PEM_KEY = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2'
const LEAST_RSA_BITS = 2048

export type NamedText = { path: string; text: string }

type Given = {
  certificate: NamedText
  key: NamedText
  /** The fleet's authorities; null where none are installed, and the gateway alone judges the chain. */
  authorities: readonly X509Certificate[] | null
  nowEpochMs: number
}

/** @returns null where one of them, or all, cannot be read */
export function readCertificates(pem: string): X509Certificate[] | null {
  try {
    const found = (pem.match(PEM_CERTIFICATE) ?? []).map((block) => new X509Certificate(block))
    return found.length > 0 ? found : null
  } catch {
    return null
  }
}

function readKey(text: string): KeyObject | DeviceCertificateCode {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    return 'device-certificate-key-encrypted'
  }
  if (!PEM_KEY.test(text)) return 'device-certificate-key-malformed'
  try {
    return createPrivateKey(text)
  } catch {
    // Its own words may quote the text.
    return 'device-certificate-key-malformed'
  }
}

type Finding = [code: DeviceCertificateCode, what: string]

const day = (date: Date) => date.toISOString().slice(0, 16).replace('T', ' ')

function judgeTime({ validFromDate, validToDate }: X509Certificate, nowEpochMs: number): Finding[] {
  if (nowEpochMs < validFromDate.getTime()) {
    return [['device-certificate-too-early', `is valid from ${day(validFromDate)} UTC on`]]
  }
  if (nowEpochMs >= validToDate.getTime()) {
    return [['device-certificate-expired', `was valid until ${day(validToDate)} UTC`]]
  }
  return []
}

/** What a stranger's certificate says is not repeated as it is. */
function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80)).replace(/[^\x20-\x7e]/g, '?')
}

function commonNamesOf(leaf: X509Certificate): string[] {
  const { CN: names } = leaf.toLegacyObject().subject ?? {}
  return [names ?? []].flat()
}

/** Ids of the URIs in the subjectAltName that are a device's. */
function idsInUris({ subjectAltName = '' }: X509Certificate): string[] {
  const start = `URI:${deviceUrn('')}`
  const names = subjectAltName.split(', ')
  return names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length))
}

function judgeName(leaf: X509Certificate): Finding[] {
  const [name, ...more] = commonNamesOf(leaf)
  if (name === undefined) return [['device-certificate-without-id', 'has no common name']]
  if (more.length > 0) return [['device-certificate-ids-differ', 'has more than one common name']]
  const parsed = deviceIdSchema.safeParse(name)
  if (!parsed.success) {
    return [['device-certificate-without-id', `has the common name ${quote(name)}, which is no device id`]]
  }
  const ids = idsInUris(leaf)
  if (ids.length === 0)
    return [['device-certificate-without-id', `has no URI ${deviceUrn(name)} in its subjectAltName`]]
  const other = ids.find((id) => id !== name)
  return other === undefined
    ? []
    : [['device-certificate-ids-differ', `is for ${name} by its common name and for ${quote(other)} by its URI`]]
}

function judgeUse({ keyUsage }: X509Certificate): Finding[] {
  const uses: readonly string[] = keyUsage ?? []
  if (uses.includes(CLIENT_AUTHENTICATION)) return []
  const found = uses.length === 0 ? 'no extended key usage' : uses.join(', ')
  return [['device-certificate-not-client', `has ${found}, and not clientAuth`]]
}

function judgeStrength({ publicKey }: X509Certificate): Finding[] {
  const { asymmetricKeyType: kind, asymmetricKeyDetails: { modulusLength = 0, namedCurve = '' } = {} } = publicKey
  if (kind === 'ed25519' || (kind === 'ec' && namedCurve === 'prime256v1')) return []
  if (kind === 'rsa' && modulusLength >= LEAST_RSA_BITS) return []
  const found = [kind, kind === 'rsa' ? `of ${modulusLength} bits` : namedCurve].filter(Boolean).join(' ')
  return [['device-certificate-weak', `has a key that kiosks do not take: ${found}`]]
}

function isIssuedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey)
}

function judgeChain([leaf, ...below]: X509Certificate[], authorities: Given['authorities']): Finding[] {
  let last = leaf
  if (authorities === null || !last) return []
  // Each of the file's authorities is passed once at most.
  for (let depth = 0; depth <= below.length; depth += 1) {
    const at: X509Certificate = last
    if (authorities.some((authority) => isIssuedBy(at, authority))) return []
    const next = below.find((authority) => isIssuedBy(at, authority))
    if (!next) break
    last = next
  }
  const issuer = [last.toLegacyObject().issuer?.CN ?? []].flat().join(', ')
  return [['device-certificate-foreign', `leads to ${quote(issuer)}, which is none of the fleet’s authorities`]]
}

/** OpenSSL has limits of its own, such as for the hash of a signature. */
function judgeContext(cert: string, key: string): Finding[] {
  try {
    createSecureContext({ cert, key })
    return []
  } catch (error) {
    const { code = 'no reason' } = error as NodeJS.ErrnoException
    return [['device-certificate-weak', `is refused by this machine’s TLS (${code})`]]
  }
}

function identityOf(leaf: X509Certificate, key: KeyObject, chainPem: string, keyPem: string): DeviceIdentity {
  return {
    deviceId: commonNamesOf(leaf)[0] ?? '',
    certificateChainPem: chainPem,
    fingerprint: createHash('sha256').update(leaf.raw).digest('hex'),
    validFromEpochMs: leaf.validFromDate.getTime(),
    validUntilEpochMs: leaf.validToDate.getTime(),
    secureContext: () => createSecureContext({ cert: chainPem, key: keyPem }),
    signJws: (type, payload) => signDeviceJws(key, leaf, type, payload),
  }
}

/** Of the certificate and of the key beside it, every fault at once. */
export function judgeDeviceFiles({ certificate, key, authorities, nowEpochMs }: Given): DeviceCertificate {
  const at =
    (where: string) =>
    (finding: Finding): DeviceCertificateFault => {
      return { code: finding[0], where, what: finding[1] }
    }
  const chain = readCertificates(certificate.text)
  const readable = readKey(key.text)
  const [leaf] = chain ?? []
  const ofCertificate: Finding[] =
    chain === null || !leaf
      ? [['device-certificate-malformed', 'holds no PEM certificate that can be read']]
      : [
          ...judgeTime(leaf, nowEpochMs),
          ...judgeName(leaf),
          ...judgeUse(leaf),
          ...judgeStrength(leaf),
          ...judgeChain(chain, authorities),
        ]
  const ofKey: Finding[] = []
  if (readable === 'device-certificate-key-encrypted') ofKey.push([readable, 'holds a key behind a passphrase'])
  else if (typeof readable === 'string') ofKey.push([readable, 'holds no PEM key that can be read'])
  else if (leaf && !leaf.checkPrivateKey(readable)) {
    ofKey.push(['device-certificate-key-mismatch', `does not belong to ${certificate.path}`])
  }
  const faults = [...ofCertificate.map(at(certificate.path)), ...ofKey.map(at(key.path))]
  if (faults.length > 0 || !leaf || typeof readable === 'string') return { kind: 'faulty', faults }
  const chainPem = `${(certificate.text.match(PEM_CERTIFICATE) ?? []).join('\n')}\n`
  const refused = judgeContext(chainPem, key.text).map(at(certificate.path))
  if (refused.length > 0) return { kind: 'faulty', faults: refused }
  return { kind: 'present', identity: identityOf(leaf, readable, chainPem, key.text) }
}
