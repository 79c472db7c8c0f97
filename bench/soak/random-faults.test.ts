/** Tests what is drawn, over many draws. */
import { describe, expect, it } from 'vitest'
import type { Endpoint } from '../../demo/hostile-provider/hostile-provider.ts'
import { seededRandom } from '../../demo/seeded-random.ts'
import { drawFaults } from './random-faults.ts'

const DRAWS = 20_000

function drawMany(endpoint: Endpoint, grantType: string | null, seed = 1): string[] {
  const script = drawFaults(seededRandom(seed))
  const request = { endpoint, grantType, turn: 1, userCode: null, approved: false }
  return Array.from({ length: DRAWS }, () => {
    const fault = script(request)
    return fault?.kind === 'oauthError' ? fault.error : (fault?.kind ?? 'none')
  })
}

describe('random faults', () => {
  it('leave four polls of five alone', () => {
    const quiet = drawMany('token', 'device_code').filter((kind) => kind === 'none').length
    expect(quiet / DRAWS).toBeCloseTo(0.8, 1)
  })

  it('hold every kind of fault, and a hang only rarely', () => {
    const kinds = drawMany('token', 'device_code')
    expect(new Set(kinds)).toContain('slow_down')
    expect(new Set(kinds)).toContain('expired_token')
    expect(kinds.filter((kind) => kind === 'hang').length / DRAWS).toBeLessThan(0.01)
  })

  it.each<[Endpoint, string | null]>([
    ['device', null],
    ['revocation', null],
    ['token', 'refresh_token'],
  ])('speak of codes to polls only, not to %s %s', (endpoint, grantType) => {
    const kinds = new Set(drawMany(endpoint, grantType))
    expect([kinds.has('slow_down'), kinds.has('expired_token'), kinds.has('reset')]).toEqual([false, false, true])
  })

  it('are the same for the same seed', () => {
    expect(drawMany('device', null, 3)).toEqual(drawMany('device', null, 3))
    expect(drawMany('device', null, 3)).not.toEqual(drawMany('device', null, 4))
  })
})
