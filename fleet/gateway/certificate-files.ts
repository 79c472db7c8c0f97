/** Looks at the certificates that the settings name, before nginx does: nginx would start with some that let nobody in. */
// @peculiar/x509 finds its own parts by reflection and does not load without this.
import 'reflect-metadata'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { PemConverter, X509Certificate as SignerCertificate, X509Crl } from '@peculiar/x509'
import { wordsOf } from '../refusal.ts'
import type { GatewaySettings } from './gateway-settings.ts'

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
const PEM_LIST = /-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g

/** In time for somebody who is away over a weekend, or a week. */
const SOON_MS = 7 * 24 * 60 * 60 * 1000

/** In words; what is in `warnings` does not keep the gateway from working today. */
export type CertificateFindings = { faults: string[]; warnings: string[] }

function both(...findings: readonly CertificateFindings[]): CertificateFindings {
  return {
    faults: findings.flatMap(({ faults }) => faults),
    warnings: findings.flatMap(({ warnings }) => warnings),
  }
}

const onlyFaults = (...faults: string[]): CertificateFindings => ({ faults, warnings: [] })

function lookAtAge(what: string, validFrom: Date, validTo: Date, now: Date): CertificateFindings {
  if (validFrom > now) return onlyFaults(`${what} is not valid before ${validFrom.toISOString()}`)
  if (validTo < now) return onlyFaults(`${what} expired ${validTo.toISOString()}`)
  const isSoon = validTo.getTime() - now.getTime() < SOON_MS
  return { faults: [], warnings: isSoon ? [`${what} expires ${validTo.toISOString()}`] : [] }
}

function lookAtCertificateAge(what: string, certificate: X509Certificate, now: Date): CertificateFindings {
  return lookAtAge(what, certificate.validFromDate, certificate.validToDate, now)
}

function lookAtServer(certificatePem: string, keyPem: string, name: string, now: Date): CertificateFindings {
  const certificate = new X509Certificate(certificatePem)
  const faults: string[] = []
  if (certificate.checkHost(name) === undefined) faults.push(`the server’s certificate is not for ${name}`)
  if (!certificate.checkPrivateKey(createPrivateKey(keyPem))) faults.push('the server’s key is of another certificate')
  return both(lookAtCertificateAge('the server’s certificate', certificate, now), onlyFaults(...faults))
}

async function lookAtLists(
  pem: string,
  authorities: readonly X509Certificate[],
  now: Date,
): Promise<CertificateFindings> {
  const lists = (pem.match(PEM_LIST) ?? []).map((block) => new X509Crl(PemConverter.decodeFirst(block)))
  const findings: CertificateFindings[] = []
  for (const authority of authorities) {
    const what = `the revocation list of "${authority.subject.replaceAll('\n', ',')}"`
    const signer = new SignerCertificate(authority.raw)
    const verdicts = await Promise.all(lists.map((list) => list.verify({ publicKey: signer }).catch(() => false)))
    const list = lists[verdicts.indexOf(true)]
    if (list === undefined) findings.push(onlyFaults(`${what} is missing: nobody it certified would be let in`))
    else if (list.nextUpdate === undefined) findings.push(onlyFaults(`${what} does not say until when it is good`))
    else findings.push(lookAtAge(what, list.thisUpdate, list.nextUpdate, now))
  }
  return both(...findings)
}

function readAuthorities(pem: string): X509Certificate[] {
  const authorities = (pem.match(PEM_CERTIFICATE) ?? []).map((block) => new X509Certificate(block))
  if (authorities.length === 0) throw new TypeError('there is no certificate in it')
  return authorities
}

/** @returns what is wrong, or soon will be; no faults where nginx can judge devices by these files */
export async function lookAtCertificates(
  { server, devices }: GatewaySettings,
  now: Date,
): Promise<CertificateFindings> {
  const findings: CertificateFindings[] = []
  async function read(path: string): Promise<string | null> {
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      findings.push(onlyFaults(`${path} cannot be read: ${wordsOf(error)}`))
      return null
    }
  }
  async function look(path: string, at: () => Promise<CertificateFindings> | CertificateFindings): Promise<void> {
    const inFile = (words: string) => `${path}: ${words}`
    try {
      const { faults, warnings } = await at()
      findings.push({ faults: faults.map(inFile), warnings: warnings.map(inFile) })
    } catch (error) {
      findings.push(onlyFaults(`${path} is damaged: ${wordsOf(error)}`))
    }
  }

  const certificatePem = await read(server.certificateFile)
  const keyPem = await read(server.keyFile)
  const authorityPem = await read(devices.caFile)
  const listPem = await read(devices.crlFile)
  if (certificatePem !== null && keyPem !== null) {
    await look(server.certificateFile, () => lookAtServer(certificatePem, keyPem, server.name, now))
  }
  if (authorityPem === null) return both(...findings)
  await look(devices.caFile, async () => {
    const authorities = readAuthorities(authorityPem)
    if (listPem !== null) await look(devices.crlFile, () => lookAtLists(listPem, authorities, now))
    return both(
      ...authorities.flatMap((authority) => [
        lookAtCertificateAge('an authority', authority, now),
        authority.ca ? onlyFaults() : onlyFaults('it holds a certificate that is no authority’s'),
      ]),
    )
  })
  return both(...findings)
}
