/** Makes a certificate authority and one server certificate for this machine. Never writes a key to disk. */
// @peculiar/x509 finds its own parts by reflection and does not load without this.
import 'reflect-metadata'
import { createHash, randomBytes } from 'node:crypto'
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

export type ThrowawayCa = {
  /** The authority's certificate: trust this one. */
  caPem: string
  serverCertificatePem: string
  serverKeyPem: string
  /** Base64 SHA-256 of the server's SubjectPublicKeyInfo, for Chromium's `--ignore-certificate-errors-spki-list`. */
  serverSpkiSha256: string
}

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const
const DAY_MS = 24 * 60 * 60 * 1000
const CLOCK_SLACK_MS = 5 * 60 * 1000

/** RFC 5280 §4.1.2.2: positive and at most 20 octets. */
function serialNumber(): string {
  return `01${randomBytes(15).toString('hex')}`
}

/**
 * Makes a fresh authority and a server certificate for `localhost` and `127.0.0.1`, both valid for a day.
 */
export async function createThrowawayCa(): Promise<ThrowawayCa> {
  const authorityKeys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify'])
  const serverKeys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify'])
  const nowMs = Date.now()
  const validity = { notBefore: new Date(nowMs - CLOCK_SLACK_MS), notAfter: new Date(nowMs + DAY_MS) }

  const authority = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Demo throwaway authority',
    ...validity,
    keys: authorityKeys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })
  const server = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=localhost',
    issuer: authority.subject,
    ...validity,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
      await AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
      await SubjectKeyIdentifierExtension.create(serverKeys.publicKey),
    ],
  })
  const serverKey = await crypto.subtle.exportKey('pkcs8', serverKeys.privateKey)
  const serverSpki = await crypto.subtle.exportKey('spki', serverKeys.publicKey)
  return {
    caPem: authority.toString('pem'),
    serverCertificatePem: server.toString('pem'),
    serverKeyPem: PemConverter.encode(serverKey, 'PRIVATE KEY'),
    serverSpkiSha256: createHash('sha256').update(Buffer.from(serverSpki)).digest('base64'),
  }
}
