import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { DeviceCertificate } from '../attestation/device-identity.ts'
import { ownerOf } from './kiosk-audit.ts'

type Given = Parameters<typeof ownerOf>[0]
const withCertificate = (certificate: DeviceCertificate) => ({ runnable: null, found: { certificate } }) as Given

describe('the device that a trail is of', () => {
  it('is the certificate’s, also while there is no bundle', () => {
    expect(ownerOf(withCertificate({ kind: 'faulty', faults: [], deviceId: 'DR-0042' })).device).toBe('DR-0042')
  })

  it('goes by its host name where nothing else names it', () => {
    expect(ownerOf(withCertificate({ kind: 'not-configured' }))).toEqual({ device: hostname(), tenant: null })
  })
})
