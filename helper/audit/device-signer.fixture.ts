/** A fleet's authority and devices of it that sign, made for one test. Never writes a key to disk. */
// @peculiar/x509 finds its own parts by reflection and does not load without this.
import 'reflect-metadata'
import { X509CertificateGenerator } from '@peculiar/x509'
import { CompactSign } from 'jose'
import type { HeadSigner } from './audit-trail.ts'

const KEYS = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000
const VALIDITY = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) }

export type FleetStage = { caPem: string; device(id: string): Promise<HeadSigner> }

export async function makeFleet(name = 'Fleet CA'): Promise<FleetStage> {
  const keys = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
  const authority = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${name}`,
    keys,
    signingAlgorithm: SIGNING,
    ...VALIDITY,
  })
  return {
    caPem: authority.toString('pem'),
    async device(id) {
      const own = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
      const certificate = await X509CertificateGenerator.create({
        serialNumber: '02',
        subject: `CN=${id}`,
        issuer: authority.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: SIGNING,
        ...VALIDITY,
      })
      const x5c = [Buffer.from(certificate.rawData).toString('base64')]
      return {
        signJws: (typ, payload) =>
          new CompactSign(Buffer.from(JSON.stringify(payload)))
            .setProtectedHeader({ alg: 'ES256', typ, x5c })
            .sign(own.privateKey),
      }
    },
  }
}
