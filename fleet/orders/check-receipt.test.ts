import 'reflect-metadata'
import { randomUUID, type webcrypto } from 'node:crypto'
import { X509Certificate, X509CertificateGenerator } from '@peculiar/x509'
import { CompactSign } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { RECEIPT_TYPE } from '../../contract/remote-orders.ts'
import { certifyDevice, createAuthority, generateKeys, signRevocationList } from '../pki/certificates.ts'
import { checkReceipt } from './check-receipt.ts'
import { type FleetAuthority, openFleetAuthority } from './fleet-authority.ts'
import { openRevocationList } from './revocation-list.ts'

const NOW = new Date('2027-01-15T12:00:00Z')
const RECEIPT = {
  deviceId: 'DR-0042',
  orderHash: 'h'.repeat(43),
  orderId: null,
  order: null,
  outcome: { kind: 'refused', reason: 'unknown-key' },
  metIn: 'attract',
  receivedAtEpochMs: 1,
  finishedAtEpochMs: 2,
  clock: 'own',
}

async function makeAuthority(name = 'Contoso kiosks') {
  const keys = await generateKeys()
  return { certificate: await createAuthority({ name, now: NOW, days: 30, keys }), signingKey: keys.privateKey, keys }
}

type Device = { chain: string[]; key: webcrypto.CryptoKey }

async function makeDevice(
  authority: Awaited<ReturnType<typeof makeAuthority>>,
  deviceId: string,
  days = 10,
): Promise<Device> {
  const { publicKey, privateKey } = await generateKeys()
  const certificate = await certifyDevice(authority, { deviceId, publicKey, now: NOW, days })
  return { chain: [certificate.toString('base64')], key: privateKey }
}

function sign({ chain, key }: Device, payload: unknown = RECEIPT, header: object = {}): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ typ: RECEIPT_TYPE, alg: 'ES256', x5c: chain, ...header })
    .sign(key)
}

describe('a receipt', () => {
  let authority: FleetAuthority
  let fleet: Awaited<ReturnType<typeof makeAuthority>>
  let device: Device
  beforeAll(async () => {
    fleet = await makeAuthority()
    authority = openFleetAuthority(fleet.certificate.toString('pem'))
    device = await makeDevice(fleet, 'DR-0042')
  })
  const check = (jws: string, nowMs = NOW.getTime()) =>
    checkReceipt(new TextEncoder().encode(jws), 'DR-0042', authority, nowMs)

  it('counts where the device itself has signed it', async () => {
    expect(await check(await sign(device))).toEqual({ kind: 'receipt', receipt: RECEIPT })
    // Remembered, and still judged.
    expect(await check(await sign(device), NOW.getTime() + 11 * 86_400_000)).toMatchObject({ why: 'certificate-over' })
  })

  it('counts with a further authority beside ours, as while one is replaced', async () => {
    const next = await makeAuthority('Next')
    const both = openFleetAuthority(`${next.certificate.toString('pem')}\n${fleet.certificate.toString('pem')}`)
    const jws = new TextEncoder().encode(await sign(device))
    expect(await checkReceipt(jws, 'DR-0042', both, NOW.getTime())).toMatchObject({ kind: 'receipt' })
  })

  it.each<[string, string, () => Promise<string>]>([
    ['of another device', 'another-device', async () => sign(await makeDevice(fleet, 'DR-0001'))],
    ['about another device', 'another-device', () => sign(device, { ...RECEIPT, deviceId: 'DR-0001' })],
    [
      'of another authority with our name',
      'foreign-certificate',
      async () => sign(await makeDevice(await makeAuthority(), 'DR-0042')),
    ],
    [
      'of an authority that a device has made itself',
      'foreign-certificate',
      async () => {
        const { chain, key } = device
        const below = await generateKeys()
        const leaf = await X509CertificateGenerator.create({
          serialNumber: '01',
          subject: 'CN=DR-0042',
          issuer: 'CN=DR-0042',
          notBefore: NOW,
          notAfter: new Date(NOW.getTime() + 1e9),
          publicKey: below.publicKey,
          signingKey: key,
          signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
        })
        return sign({ chain: [leaf.toString('base64'), ...chain], key: below.privateKey })
      },
    ],
    [
      'of the authority itself',
      'foreign-certificate',
      () => sign({ chain: [fleet.certificate.toString('base64')], key: fleet.signingKey }),
    ],
    [
      'with a device’s certificate and another key',
      'wrong-signature',
      async () => sign({ ...device, key: (await generateKeys()).privateKey }),
    ],
    ['of another kind', 'not-signed', () => sign(device, RECEIPT, { typ: 'kiosk-order+jws' })],
    ['with no certificate', 'not-signed', () => sign({ ...device, chain: [] })],
    ['with something for a certificate', 'foreign-certificate', () => sign({ ...device, chain: ['AAAA'] })],
    ['with more than a receipt says', 'malformed', () => sign(device, { ...RECEIPT, token: randomUUID() })],
    ['as plain JSON', 'not-signed', async () => JSON.stringify(RECEIPT)],
    ['of more than its size', 'too-large', async () => 'x'.repeat(20_000)],
  ])('does not count where it is one %s', async (_what, why, make) => {
    expect(await check(await make())).toEqual({ kind: 'no-receipt', why })
  })

  it('does not count where the device’s certificate was revoked, and others still do', async () => {
    const { serialNumber } = new X509Certificate(device.chain[0] ?? '')
    const revocations = [{ serialNumber, revokedAt: NOW, reason: 'keyCompromise' as const }]
    const crlPem = await signRevocationList(fleet, { revocations, crlNumber: 1, now: NOW, days: 7 })
    const pem = fleet.certificate.toString('pem')
    const strict = openFleetAuthority(pem, await openRevocationList(crlPem, pem))
    const judge = async (one: Device, id: string) =>
      checkReceipt(new TextEncoder().encode(await sign(one, { ...RECEIPT, deviceId: id })), id, strict, NOW.getTime())
    expect(await judge(device, 'DR-0042')).toEqual({ kind: 'no-receipt', why: 'certificate-revoked' })
    expect(await judge(await makeDevice(fleet, 'DR-0042'), 'DR-0042')).toMatchObject({ kind: 'receipt' })
    expect(await judge(await makeDevice(fleet, 'DR-0043'), 'DR-0043')).toMatchObject({ kind: 'receipt' })
  })

  it('is judged by no list but the authority’s own, which says how long it is good', async () => {
    const pem = fleet.certificate.toString('pem')
    const other = await makeAuthority()
    const listOf = (authority: typeof fleet) =>
      signRevocationList(authority, { revocations: [], crlNumber: 1, now: NOW, days: 7 })
    await expect(openRevocationList(await listOf(other), pem)).rejects.toThrow(/holds no list/)
    const { nextUpdateEpochMs } = await openRevocationList(await listOf(fleet), pem)
    expect(nextUpdateEpochMs).toBe(NOW.getTime() + 7 * 86_400_000)
  })

  it('is checked by an authority only', () => {
    const [leaf = ''] = device.chain
    expect(() => openFleetAuthority(`-----BEGIN CERTIFICATE-----\n${leaf}\n-----END CERTIFICATE-----`)).toThrow(
      /no certificate authority/,
    )
    expect(() => openFleetAuthority('')).toThrow(/no certificate/)
  })
})
