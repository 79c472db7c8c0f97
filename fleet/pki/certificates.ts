/** The X.509 of the fleet: authority, device certificates, revocation list. Never sees a file. */
// @peculiar/x509 finds its own parts by reflection and does not load without this.
import 'reflect-metadata'
import { randomBytes, type webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  Pkcs10CertificateRequest,
  type PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
  X509CrlReason,
} from '@peculiar/x509'
import { deviceUrn } from '../../contract/device-identity.ts'

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const
const CRL_NUMBER_OID = '2.5.29.20'
const CLOCK_SLACK_MS = 5 * 60 * 1000

const DAY_MS = 24 * 60 * 60 * 1000

/** RFC 5280 §5.3.1, as far as an operator has a use for them. */
export const REVOCATION_REASONS = ['unspecified', 'keyCompromise', 'superseded', 'cessationOfOperation'] as const
export type RevocationReason = (typeof REVOCATION_REASONS)[number]

export type Authority = { certificate: X509Certificate; signingKey: webcrypto.CryptoKey }

type Validity = { notBefore: Date; notAfter: Date }

/** RFC 5280 §4.1.2.2: positive and at most 20 octets. */
function freshSerialNumber(): string {
  return `01${randomBytes(15).toString('hex')}`
}

/** X.509 counts seconds, and clocks of devices run apart. */
function validFor(now: Date, days: number): Validity {
  const startMs = Math.floor((now.getTime() - CLOCK_SLACK_MS) / 1000) * 1000
  return { notBefore: new Date(startMs), notAfter: new Date(startMs + CLOCK_SLACK_MS + days * DAY_MS) }
}

export function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify'])
}

export async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

/** @throws what the platform throws for a key that is not one on P-256 */
export async function readAuthority(certificatePem: string, keyPem: string): Promise<Authority> {
  const certificate = new X509Certificate(certificatePem)
  const [pkcs8] = PemConverter.decode(keyPem)
  if (pkcs8 === undefined) throw new TypeError('there is no key in it')
  return { certificate, signingKey: await crypto.subtle.importKey('pkcs8', pkcs8, KEY_ALGORITHM, false, ['sign']) }
}

/**
 * @param pem a PKCS#10 request, of which nothing but the key is taken
 * @throws TypeError where its sender did not prove to hold the key
 */
export async function readSigningRequest(pem: string): Promise<PublicKey> {
  const request = new Pkcs10CertificateRequest(pem)
  if (!(await request.verify())) throw new TypeError('its signature is not by the key that it names')
  return request.publicKey
}

/** @param name its common name; as a value of its own, so that no letter of it is read as syntax */
export async function createAuthority(options: {
  name: string
  now: Date
  days: number
  keys: webcrypto.CryptoKeyPair
}) {
  const { name, now, days, keys } = options
  return X509CertificateGenerator.createSelfSigned({
    serialNumber: freshSerialNumber(),
    name: [{ CN: [name] }],
    ...validFor(now, days),
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      // It certifies devices, and no further authority.
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
}

/** Subject `CN=<device id>`, URI name `urn:digital-receptionist:device:<device id>`, for TLS clients only. */
export async function certifyDevice(
  { certificate: authority, signingKey }: Authority,
  options: { deviceId: string; publicKey: webcrypto.CryptoKey | PublicKey; now: Date; days: number },
): Promise<X509Certificate> {
  const { deviceId, publicKey, now, days } = options
  const validity = validFor(now, days)
  return X509CertificateGenerator.create({
    serialNumber: freshSerialNumber(),
    subject: [{ CN: [deviceId] }],
    issuer: authority.subjectName,
    notBefore: validity.notBefore,
    // No certificate outlives whoever vouches for it.
    notAfter: validity.notAfter > authority.notAfter ? authority.notAfter : validity.notAfter,
    publicKey,
    signingKey,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth], true),
      new SubjectAlternativeNameExtension([{ type: 'url', value: deviceUrn(deviceId) }]),
      await AuthorityKeyIdentifierExtension.create(authority),
      await SubjectKeyIdentifierExtension.create(publicKey),
    ],
  })
}

/** DER of a whole number: RFC 5280 §5.2.3 wants each list to have a higher one. */
function derInteger(value: number): Uint8Array<ArrayBuffer> {
  const hex = value.toString(16)
  const even = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  const bytes = even[0] !== undefined && even[0] > 0x7f ? [0, ...even] : [...even]
  return Uint8Array.from([0x02, bytes.length, ...bytes])
}

export type Revocation = { serialNumber: string; revokedAt: Date; reason: RevocationReason }

/** @returns PEM */
export async function signRevocationList(
  { certificate, signingKey }: Authority,
  options: { revocations: readonly Revocation[]; crlNumber: number; now: Date; days: number },
): Promise<string> {
  const { revocations, crlNumber, now, days } = options
  const { notBefore: thisUpdate, notAfter: nextUpdate } = validFor(now, days)
  const list = await X509CrlGenerator.create({
    issuer: certificate.subjectName,
    thisUpdate,
    nextUpdate,
    entries: revocations.map(({ serialNumber, revokedAt, reason }) => ({
      serialNumber,
      revocationDate: revokedAt,
      // RFC 5280 §5.3.1: "unspecified" is said by leaving the reason out.
      ...(reason !== 'unspecified' && { reason: X509CrlReason[reason] }),
    })),
    extensions: [
      await AuthorityKeyIdentifierExtension.create(certificate),
      new Extension(CRL_NUMBER_OID, false, derInteger(crlNumber)),
    ],
    signingAlgorithm: SIGNING_ALGORITHM,
    signingKey,
  })
  // RFC 7468 §6; the library's own label is another, which OpenSSL does not read.
  return `${PemConverter.encode(list.rawData, 'X509 CRL')}\n`
}
