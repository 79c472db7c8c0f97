import { describe, expect, it } from 'vitest'
import { gatewayOf } from './provider-way.ts'

const gatewayUrl = 'https://gateway.example'

describe('the way to the provider', () => {
  it.each([
    ['without a word of attestation', {}, null],
    ['where it is not required', { attestation: { required: false, gatewayUrl, recheckMinutes: 15 } }, null],
    ['where it is', { attestation: { required: true, gatewayUrl, recheckMinutes: 15 } }, gatewayUrl],
  ])('is what the bundle says: %s', (_what, config, gateway) => {
    expect(gatewayOf(config)).toBe(gateway)
  })

  it('is never the direct one for want of a gateway that is required', () => {
    const config = { attestation: { required: true, recheckMinutes: 15 } }
    expect(() => gatewayOf(config)).toThrow(expect.objectContaining({ code: 'bundle-invalid' }))
  })
})
