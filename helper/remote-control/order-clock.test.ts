import { describe, expect, it } from 'vitest'
import { ORDER_MESSAGE_EXPIRY_SECONDS } from '../../contract/remote-orders.ts'
import { tellTime, waitedSeconds } from './order-clock.ts'

const OWN = 1_800_000_000_000

describe('the clock that judges an order', () => {
  it('is the provider’s once it has answered, whichever way this kiosk’s own is wrong', () => {
    const known = { ownEpochMs: OWN, floorEpochMs: OWN + 5_000 }
    expect(tellTime({ ...known, providerSkewMs: 7_000 })).toEqual({ kind: 'provider', nowEpochMs: OWN + 7_000 })
    expect(tellTime({ ...known, providerSkewMs: -7_000 })).toEqual({ kind: 'provider', nowEpochMs: OWN - 7_000 })
  })

  it('is never earlier than what somebody trusted has said', () => {
    const floorEpochMs = OWN + 86_400_000
    expect(tellTime({ ownEpochMs: OWN, providerSkewMs: null, floorEpochMs })).toEqual({
      kind: 'broker',
      nowEpochMs: floorEpochMs,
    })
  })

  it('is this kiosk’s own, and says so, where nobody has said anything', () => {
    expect(tellTime({ ownEpochMs: OWN, providerSkewMs: null, floorEpochMs: 0 })).toEqual({
      kind: 'own',
      nowEpochMs: OWN,
    })
  })

  it.each([
    [undefined, 0],
    [ORDER_MESSAGE_EXPIRY_SECONDS, 0],
    [ORDER_MESSAGE_EXPIRY_SECONDS + 100, 0],
    [ORDER_MESSAGE_EXPIRY_SECONDS - 86_400, 86_400],
  ])('reads from an expiry of %s seconds that the broker kept the order for %i', (leftSeconds, waited) => {
    expect(waitedSeconds(leftSeconds)).toBe(waited)
  })
})
