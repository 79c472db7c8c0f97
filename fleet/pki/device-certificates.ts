/** Issues, renews and revokes the certificates of devices. Never hands one out that the index does not know. */
import { X509Certificate as NodeCertificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { PublicKey } from '@peculiar/x509'
import { Refusal, wordsOf } from '../refusal.ts'
import {
  certifyDevice,
  createAuthority,
  generateKeys,
  privateKeyPem,
  type RevocationReason,
  readSigningRequest,
  signRevocationList,
} from './certificates.ts'
import { FOR_EVERYBODY, replaceFile } from './files.ts'
import { type IssuedCertificate, makePkiFolder, type Pki, type PkiIndex, saveIndex, withPki } from './pki-folder.ts'

/** How long a revocation list is good. Past it nobody is let through, so it is signed anew in good time. */
const CRL_DAYS = 30

export type DeviceCredentials = {
  serialNumber: string
  notAfter: Date
  certificatePem: string
  /** Null where the device keeps its own. */
  keyPem: string | null
}

async function writeRevocationList({ authority, index, paths }: Pki, now: Date, days: number): Promise<void> {
  const revocations = index.certificates.flatMap(({ serialNumber, revoked }) =>
    revoked ? [{ serialNumber, revokedAt: new Date(revoked.at), reason: revoked.reason }] : [],
  )
  const { crlNumber } = index
  const list = await signRevocationList(authority, { revocations, crlNumber, now, days })
  await replaceFile(paths.revocationList, list, FOR_EVERYBODY)
}

/** The index before the list: a revocation that was only half written is in the next list. */
async function saveRevocations(pki: Pki, certificates: IssuedCertificate[], now: Date, days: number): Promise<void> {
  const index: PkiIndex = { ...pki.index, crlNumber: pki.index.crlNumber + 1, certificates }
  await saveIndex(pki.paths.index, index)
  await writeRevocationList({ ...pki, index }, now, days)
}

/** Makes the authority of a fleet, with an empty revocation list. */
export async function createPki(options: { folder: string; name: string; now: Date; days: number }): Promise<void> {
  const { folder, name, now, days } = options
  const keys = await generateKeys()
  const certificate = await createAuthority({ name, now, days, keys })
  await makePkiFolder(folder, `${certificate.toString('pem')}\n`, await privateKeyPem(keys.privateKey))
  await signList({ folder, now })
}

/** Signs the revocation list anew. */
export function signList({
  folder,
  now,
  days = CRL_DAYS,
}: {
  folder: string
  now: Date
  days?: number
}): Promise<void> {
  return withPki(folder, (pki) => saveRevocations(pki, pki.index.certificates, now, days))
}

function isGood({ notAfter, revoked }: IssuedCertificate, now: Date): boolean {
  return revoked === undefined && new Date(notAfter) > now
}

const sameDevice = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()

async function readRequestedKey(path: string): Promise<PublicKey> {
  try {
    return await readSigningRequest(await readFile(path, 'utf8'))
  } catch (error) {
    throw new Refusal(`${path} is no certificate signing request that can be used: ${wordsOf(error)}`)
  }
}

type IssueOptions = {
  folder: string
  deviceId: string
  now: Date
  days: number
  /** A PKCS#10 file of a device that keeps its key; only its key is taken from it. */
  requestFile?: string | undefined
}

async function issue(pki: Pki, { deviceId, now, days, requestFile }: IssueOptions): Promise<DeviceCredentials> {
  if (pki.authority.certificate.notAfter <= now)
    throw new Refusal('the fleet’s authority has expired: create a new one')
  const keys = requestFile === undefined ? await generateKeys() : null
  const publicKey = keys === null ? await readRequestedKey(requestFile ?? '') : keys.publicKey
  const certificate = await certifyDevice(pki.authority, { deviceId, publicKey, now, days })
  const certificatePem = `${certificate.toString('pem')}\n`
  // As Node and OpenSSL write it, so that an operator finds a serial number of a log in the index.
  const serialNumber = new NodeCertificate(certificatePem).serialNumber.toLowerCase()
  const { notBefore, notAfter } = certificate
  const entry = { serialNumber, deviceId, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() }
  await saveIndex(pki.paths.index, { ...pki.index, certificates: [...pki.index.certificates, entry] })
  return { serialNumber, notAfter, certificatePem, keyPem: keys && (await privateKeyPem(keys.privateKey)) }
}

/** @throws Refusal where the device has a good certificate, or another one's id differs in case only */
export function issueCertificate(options: IssueOptions): Promise<DeviceCredentials> {
  const { folder, deviceId, now } = options
  return withPki(folder, (pki) => {
    const known = pki.index.certificates.find((entry) => sameDevice(entry.deviceId, deviceId))
    if (known && known.deviceId !== deviceId) {
      throw new Refusal(`${deviceId} and ${known.deviceId} differ in upper and lower case only: choose another id`)
    }
    if (pki.index.certificates.some((entry) => entry.deviceId === deviceId && isGood(entry, now))) {
      throw new Refusal(`${deviceId} has a good certificate: renew it, or revoke it first`)
    }
    return issue(pki, options)
  })
}

/** A further certificate with a new key; the one before stays good until it expires or is revoked. */
export function renewCertificate(options: IssueOptions): Promise<DeviceCredentials> {
  const { folder, deviceId, now } = options
  return withPki(folder, (pki) => {
    if (!pki.index.certificates.some((entry) => entry.deviceId === deviceId && isGood(entry, now))) {
      throw new Refusal(`${deviceId} has no good certificate that could be renewed: issue one`)
    }
    return issue(pki, options)
  })
}

/**
 * Revokes one certificate, or every good one of a device, and signs the list anew.
 *
 * @returns the serial numbers that were revoked by this call
 * @throws Refusal where there is none
 */
export function revokeCertificates(options: {
  folder: string
  which: { serialNumber: string } | { deviceId: string }
  reason: RevocationReason
  now: Date
}): Promise<string[]> {
  const { folder, which, reason, now } = options
  return withPki(folder, async (pki) => {
    const isMeant = (entry: IssuedCertificate) =>
      entry.revoked === undefined &&
      ('serialNumber' in which
        ? entry.serialNumber === which.serialNumber.toLowerCase()
        : entry.deviceId === which.deviceId && isGood(entry, now))
    const meant = pki.index.certificates.filter(isMeant)
    if (meant.length === 0) {
      const what = 'serialNumber' in which ? `no certificate ${which.serialNumber}` : `no good one of ${which.deviceId}`
      throw new Refusal(`nothing to revoke: the index holds ${what} that is not revoked yet`)
    }
    const revoked = { at: now.toISOString(), reason }
    const certificates = pki.index.certificates.map((entry) => (isMeant(entry) ? { ...entry, revoked } : entry))
    await saveRevocations(pki, certificates, now, CRL_DAYS)
    return meant.map(({ serialNumber }) => serialNumber)
  })
}
