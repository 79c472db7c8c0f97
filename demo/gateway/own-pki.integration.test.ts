/** Tests the gateway with a company's PKI: a root, an authority for kiosks and one for laptops, and subjects with more in them. */
import 'reflect-metadata'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonName,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ATTESTATION_PATH } from '../../contract/attestation.ts'
import { privateKeyPem, signRevocationList } from '../../fleet/pki/certificates.ts'
import { createCleanups } from '../cleanups.ts'
import { ask, type Credentials } from './device-client.ts'
import { findNginx } from './find-nginx.ts'
import { startRecordingProvider } from './recording-provider.fixture.ts'
import { type Gateway, startGateway } from './start-gateway.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const P256 = { name: 'ECDSA', namedCurve: 'P-256' }
const SHA256 = { name: 'ECDSA', hash: 'SHA-256' }

type Signer = { certificate: X509Certificate; keys: CryptoKeyPair }

/** @param by null for a root */
async function certify(subject: JsonName, by: Signer | null, isAuthority: boolean): Promise<Signer> {
  const keys = await crypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: by?.certificate.subjectName ?? subject,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    publicKey: keys.publicKey,
    signingKey: (by?.keys ?? keys).privateKey,
    signingAlgorithm: SHA256,
    extensions: isAuthority
      ? [new BasicConstraintsExtension(true, undefined, true)]
      : [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
  })
  return { certificate, keys }
}

const listOf = ({ certificate, keys }: Signer) =>
  signRevocationList(
    { certificate, signingKey: keys.privateKey },
    { revocations: [], crlNumber: 1, now: new Date(), days: 1 },
  )

async function credentialsOf({ certificate, keys }: Signer, ...chain: Signer[]): Promise<Credentials> {
  const pems = [certificate, ...chain.map((signer) => signer.certificate)].map((one) => one.toString('pem'))
  return { cert: pems.join('\n'), key: await privateKeyPem(keys.privateKey) }
}

const nginxPath = findNginx()

describe.skipIf(nginxPath === null)('a gateway of a company’s own PKI', () => {
  const cleanups = createCleanups()
  let gateway: Gateway
  let kiosks: Signer
  let laptops: Signer
  const deviceName = (id: string): JsonName => [{ O: ['Contoso, Ltd.'] }, { OU: ['Kiosks'] }, { CN: [id] }]

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kiosk-own-pki-'))
    cleanups.add(() => rm(folder, { recursive: true, force: true }))
    const root = await certify([{ CN: ['Contoso root'] }], null, true)
    kiosks = await certify([{ O: ['Contoso, Ltd.'] }, { CN: ['Kiosks (1)'] }], root, true)
    laptops = await certify([{ O: ['Contoso, Ltd.'] }, { CN: ['Laptops'] }], root, true)
    const authorities = [root, kiosks, laptops]
    const pkiFolder = join(folder, 'pki')
    await mkdir(pkiFolder)
    const certificates = authorities.map(({ certificate }) => certificate.toString('pem'))
    await writeFile(join(pkiFolder, 'fleet-ca.crt'), certificates.join('\n'))
    await writeFile(join(pkiFolder, 'fleet-ca.crl'), (await Promise.all(authorities.map(listOf))).join(''))
    const provider = await startRecordingProvider()
    cleanups.add(() => provider.close())
    gateway = await startGateway({
      nginxPath: nginxPath ?? '',
      folder: join(folder, 'gateway'),
      pkiFolder,
      provider,
      deviceList: 'DR-0042 active',
      devices: {
        chainDepth: 2,
        issuer: 'CN=Kiosks (1),O=Contoso\\, Ltd.',
        subjectSuffix: ',OU=Kiosks,O=Contoso\\, Ltd.',
      },
    })
    cleanups.add(() => gateway.close())
  })
  afterAll(() => cleanups.run())

  async function reasonFor(credentials: Credentials): Promise<unknown> {
    const { status, headers } = await ask(gateway, credentials, ATTESTATION_PATH)
    return status === 200 ? 'active' : headers['kiosk-gateway']
  }

  it('lets a kiosk in whose authority is not its own root, with or without the chain', async () => {
    const kiosk = await certify(deviceName('DR-0042'), kiosks, false)
    expect(await reasonFor(await credentialsOf(kiosk))).toBe('active')
    expect(await reasonFor(await credentialsOf(kiosk, kiosks))).toBe('active')
  })

  it('lets nobody in by a kiosk’s name and the authority of laptops', async () => {
    const laptop = await certify(deviceName('DR-0042'), laptops, false)
    expect(await reasonFor(await credentialsOf(laptop, laptops))).toBe('certificate-foreign')
  })

  it('lets nobody in by an authority of the same name that a laptop’s authority certified', async () => {
    const impostor = await certify([{ O: ['Contoso, Ltd.'] }, { CN: ['Kiosks (1)'] }], laptops, true)
    const device = await certify(deviceName('DR-0042'), impostor, false)
    expect(await reasonFor(await credentialsOf(device, impostor, laptops))).toMatch(/^certificate-(foreign|unfit)$/)
  })

  it.each<[string, JsonName]>([
    ['without the rest', [{ CN: ['DR-0042'] }]],
    ['with another rest', [{ O: ['Contoso, Ltd.'] }, { OU: ['Laptops'] }, { CN: ['DR-0042'] }]],
    ['with the rest within its own', [{ CN: ['DR-0042,OU=Kiosks,O=Contoso\\, Ltd.'] }]],
    ['with a part more', [{ C: ['DE'] }, { O: ['Contoso, Ltd.'] }, { OU: ['Kiosks'] }, { CN: ['DR-0042'] }]],
  ])('lets nobody in by a name %s', async (_what, subject) => {
    const device = await certify(subject, kiosks, false)
    expect(await reasonFor(await credentialsOf(device))).toBe('certificate-without-device-id')
  })
})
