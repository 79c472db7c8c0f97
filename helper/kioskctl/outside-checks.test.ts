import { expect, it } from 'vitest'
import type { DeviceCertificate } from '../attestation/device-identity.ts'
import { whyShut } from './outside-checks.ts'

it.each<[string, DeviceCertificate, string]>([
  ['is none', { kind: 'not-configured' }, 'this device has none'],
  [
    'is one that ran out',
    { kind: 'faulty', faults: [{ code: 'device-certificate-expired', where: 'device.crt', what: 'is old' }] },
    'this device’s is not good: device-certificate-expired',
  ],
])('says why the gateway is not asked where there %s', (_what, certificate, expected) => {
  expect(whyShut(certificate)).toContain(expected)
})
