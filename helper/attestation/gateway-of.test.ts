import { expect, it } from 'vitest'
import { gatewayOf } from './provider-way.ts'

const gatewayUrl = 'https://gateway.example'
const recheckMinutes = 15

it('is the bundle’s gateway, and none only where the bundle asks for none', () => {
  expect(gatewayOf({ attestation: { required: true, gatewayUrl, recheckMinutes } })).toBe(gatewayUrl)
  expect(gatewayOf({ attestation: { required: false, gatewayUrl, recheckMinutes } })).toBeNull()
  expect(gatewayOf({ attestation: undefined })).toBeNull()
})

it('is never the provider itself for a bundle that requires a gateway and names none', () => {
  const nameless = () => gatewayOf({ attestation: { required: true, recheckMinutes } })
  expect(nameless).toThrow(expect.objectContaining({ code: 'bundle-invalid' }))
})
