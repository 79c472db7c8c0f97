import { describe, expect, it } from 'vitest'
import { deriveTechnicianSecret } from './technician-secret.ts'

const FLEET_SECRET = Uint8Array.from({ length: 32 }, (_, index) => index)
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('the secret of a device', () => {
  // Computed by another program (Python's hmac, after RFC 5869).
  it.each([
    ['DR-0042', '86a75287550c67f125a5bbbef9da535f4cc004e3927f5f5a964437d4ffaade7a'],
    ['DR-0043', 'c3b90815da896868b9531a274cd41c03a466cc4c01e0fdf39b88201a39e09fce'],
  ])('of %s comes from the fleet’s by HKDF', (deviceId, secret) => {
    expect(hexOf(deriveTechnicianSecret(FLEET_SECRET, deviceId))).toBe(secret)
  })

  it('is another in another fleet', () => {
    const other = deriveTechnicianSecret(new Uint8Array(32), 'DR-0042')
    expect(hexOf(other)).not.toBe(hexOf(deriveTechnicianSecret(FLEET_SECRET, 'DR-0042')))
  })
})
