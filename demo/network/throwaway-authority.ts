/** Makes a certificate authority that certifies any host, for a day. Never writes a key to disk. */
// @peculiar/x509 finds its own parts by reflection and does not load without this.
import 'reflect-metadata'
import { createHash, randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

type ServerCertificate = {
  certificatePem: string
  keyPem: string
  /** Base64 SHA-256 of the SubjectPublicKeyInfo. */
  spkiSha256: string
}

export type ThrowawayAuthority = {
  /** The authority's certificate: trust this one. */
  caPem: string
  /**
   * A certificate for one server under these names, the first of them its subject: host names or IP addresses.
   *
   * @param validity a day from now on by default; a test may want one that is over
   */
  certify(
    names: readonly [string, ...string[]],
    validity?: { notBefore: Date; notAfter: Date },
  ): Promise<ServerCertificate>
}

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const
const DAY_MS = 24 * 60 * 60 * 1000
const CLOCK_SLACK_MS = 5 * 60 * 1000

/** RFC 5280 §4.1.2.2: positive and at most 20 octets. */
function serialNumber(): string {
  return `01${randomBytes(15).toString('hex')}`
}

function nameOf(value: string): { type: 'ip' | 'dns'; value: string } {
  return { type: isIP(value) ? 'ip' : 'dns', value }
}

/** @param name its common name, without commas */
export async function createThrowawayAuthority(name: string): Promise<ThrowawayAuthority> {
  const authorityKeys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify'])
  const nowMs = Date.now()
  const validity = { notBefore: new Date(nowMs - CLOCK_SLACK_MS), notAfter: new Date(nowMs + DAY_MS) }
  const authority = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${name}`,
    ...validity,
    keys: authorityKeys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })

  async function certify(
    names: readonly [string, ...string[]],
    ofServer: { notBefore: Date; notAfter: Date } = validity,
  ): Promise<ServerCertificate> {
    const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify'])
    const server = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: `CN=${names[0]}`,
      issuer: authority.subject,
      ...ofServer,
      publicKey: keys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: SIGNING_ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(names.map(nameOf)),
        await AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    })
    const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
    const spki = await crypto.subtle.exportKey('spki', keys.publicKey)
    return {
      certificatePem: server.toString('pem'),
      keyPem: PemConverter.encode(key, 'PRIVATE KEY'),
      spkiSha256: createHash('sha256').update(Buffer.from(spki)).digest('base64'),
    }
  }

  return { caPem: authority.toString('pem'), certify }
}
