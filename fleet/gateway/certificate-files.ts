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

function ageFault(what: string, validFrom: Date, validTo: Date, now: Date): string[] {
  if (validFrom > now) return [`${what} is not valid before ${validFrom.toISOString()}`]
  return validTo < now ? [`${what} expired ${validTo.toISOString()}`] : []
}

function certificateAgeFault(what: string, certificate: X509Certificate, now: Date): string[] {
  return ageFault(what, certificate.validFromDate, certificate.validToDate, now)
}

function serverFaults(certificatePem: string, keyPem: string, name: string, now: Date): string[] {
  const certificate = new X509Certificate(certificatePem)
  const faults = certificateAgeFault('the server’s certificate', certificate, now)
  if (certificate.checkHost(name) === undefined) faults.push(`the server’s certificate is not for ${name}`)
  if (!certificate.checkPrivateKey(createPrivateKey(keyPem))) faults.push('the server’s key is of another certificate')
  return faults
}

async function listFaults(pem: string, authorities: readonly X509Certificate[], now: Date): Promise<string[]> {
  const lists = (pem.match(PEM_LIST) ?? []).map((block) => new X509Crl(PemConverter.decodeFirst(block)))
  const faults: string[] = []
  for (const authority of authorities) {
    const what = `the revocation list of "${authority.subject.replaceAll('\n', ',')}"`
    const signer = new SignerCertificate(authority.raw)
    const verdicts = await Promise.all(lists.map((list) => list.verify({ publicKey: signer }).catch(() => false)))
    const list = lists[verdicts.indexOf(true)]
    if (list === undefined) faults.push(`${what} is missing: nobody it certified would be let in`)
    else faults.push(...ageFault(what, list.thisUpdate, list.nextUpdate ?? now, now))
  }
  return faults
}

/** @returns every fault, in words; none where nginx can judge devices by these files */
export async function certificateFaults({ server, devices }: GatewaySettings, now: Date): Promise<string[]> {
  const faults: string[] = []
  async function read(path: string): Promise<string | null> {
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      faults.push(`${path} cannot be read: ${wordsOf(error)}`)
      return null
    }
  }
  async function look(path: string, at: () => Promise<string[]> | string[]): Promise<void> {
    try {
      faults.push(...(await at()).map((fault) => `${path}: ${fault}`))
    } catch (error) {
      faults.push(`${path} is damaged: ${wordsOf(error)}`)
    }
  }

  const certificatePem = await read(server.certificateFile)
  const keyPem = await read(server.keyFile)
  const authorityPem = await read(devices.caFile)
  const listPem = await read(devices.crlFile)
  if (certificatePem !== null && keyPem !== null) {
    await look(server.certificateFile, () => serverFaults(certificatePem, keyPem, server.name, now))
  }
  if (authorityPem === null) return faults
  await look(devices.caFile, async () => {
    const authorities = (authorityPem.match(PEM_CERTIFICATE) ?? []).map((block) => new X509Certificate(block))
    if (authorities.length === 0) return ['there is no certificate in it']
    const found = authorities.flatMap((authority) => [
      ...certificateAgeFault('an authority', authority, now),
      ...(authority.ca ? [] : ['it holds a certificate that is no authority’s']),
    ])
    if (listPem !== null) await look(devices.crlFile, () => listFaults(listPem, authorities, now))
    return found
  })
  return faults
}
