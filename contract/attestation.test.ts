import { describe, expect, it } from 'vitest'
import { attestationSchema, gatewayAddress } from './attestation.ts'
import { deviceIdSchema, deviceUrn } from './device-identity.ts'

describe('a device id', () => {
  it.each(['DR-0042', 'a', '7', 'lobby_2.west', 'x'.repeat(63)])('may be %s', (id) => {
    expect(deviceIdSchema.safeParse(id).success).toBe(true)
  })

  it.each([
    ['empty', ''],
    ['too long for a common name', 'x'.repeat(64)],
    ['with a comma', 'DR-0042,O=x'],
    ['with an escape', 'DR\\2C0042'],
    ['with a space', 'DR 0042'],
    ['with a line’s end', 'DR-0042\n'],
    ['with a quote', 'DR"0042'],
    ['with a dollar', 'DR$host'],
    ['with a letter that looks like another', 'DR-ОО42'],
    ['with a dash at its end', 'DR-'],
  ])('is not %s', (_what, id) => {
    expect(deviceIdSchema.safeParse(id).success).toBe(false)
  })

  it('stands in a certificate as a URN', () => {
    expect(deviceUrn('DR-0042')).toBe('urn:digital-receptionist:device:DR-0042')
  })
})

describe('an address of the provider', () => {
  it.each([
    ['https://login.example/token', 'https://gateway.example/login.example/token'],
    ['https://login.example:444/a/b', 'https://gateway.example/login.example:444/a/b'],
    ['https://login.example', 'https://gateway.example/login.example'],
  ])('%s is %s at the gateway', (address, expected) => {
    expect(gatewayAddress('https://gateway.example', address)).toBe(expected)
  })

  it.each(['http://login.example/token', 'https://somebody@login.example/token', 'login.example'])(
    'is not %s',
    (address) => {
      expect(() => gatewayAddress('https://gateway.example', address)).toThrow(
        expect.objectContaining({ code: 'provider-answer-invalid' }),
      )
    },
  )
})

describe('an attestation', () => {
  it.each([
    { state: 'active', deviceId: 'DR-0042' },
    { state: 'suspended', deviceId: 'DR-0042', reason: 'device-suspended' },
    { state: 'unknown', reason: 'certificate-revoked' },
  ])('is $state', (answer) => {
    expect(attestationSchema.parse(answer)).toEqual(answer)
  })

  it.each([
    ['of nobody', { state: 'active' }],
    ['without a reason', { state: 'unknown' }],
    ['of a state that is not known', { state: 'retired', deviceId: 'DR-0042' }],
    ['that is a page', '<html></html>'],
  ])('is none %s', (_what, answer) => {
    expect(attestationSchema.safeParse(answer).success).toBe(false)
  })
})
