/** Tests that the demo's certificates are good for this machine, for a day, and for nothing else. */
import { createHash, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createThrowawayCa } from './throwaway-ca.ts'

const { caPem, serverCertificatePem, serverSpkiSha256 } = await createThrowawayCa()
const authority = new X509Certificate(caPem)
const server = new X509Certificate(serverCertificatePem)

describe('the throwaway authority', () => {
  it('is an authority and its server certificate is none', () => {
    expect([authority.ca, server.ca]).toEqual([true, false])
  })

  it('issued the server certificate', () => {
    expect(server.checkIssued(authority)).toBe(true)
    expect(server.verify(authority.publicKey)).toBe(true)
  })

  it.each([
    ['localhost', server.checkHost('localhost')],
    ['127.0.0.1', server.checkIP('127.0.0.1')],
  ])('certifies %s', (name, subject) => {
    expect(subject).toBe(name)
  })

  it.each([
    ['example.com', server.checkHost('example.com')],
    ['192.0.2.1', server.checkIP('192.0.2.1')],
  ])('does not certify %s', (_name, subject) => {
    expect(subject).toBeUndefined()
  })

  it.each([
    ['authority', authority],
    ['server', server],
  ])('gives the %s about one day', (_name, certificate) => {
    const untilMs = certificate.validToDate.getTime() - Date.now()
    expect(certificate.validFromDate.getTime()).toBeLessThan(Date.now())
    expect(untilMs / 3_600_000).toBeGreaterThan(23)
    expect(untilMs / 3_600_000).toBeLessThanOrEqual(24)
  })

  it('names the hash of the server key that Chromium asks for', () => {
    const spki = server.publicKey.export({ type: 'spki', format: 'der' })
    expect(serverSpkiSha256).toBe(createHash('sha256').update(spki).digest('base64'))
  })

  it('is a different one each time', async () => {
    expect((await createThrowawayCa()).caPem).not.toBe(caPem)
  })
})
