/** Tests the pace of RFC 8628 §3.5 on a clock of their own. */
import { describe, expect, it } from 'vitest'
import { PollLimit } from './poll-limit.ts'

function pollAt(times: readonly number[], deviceCode = 'code'): boolean[] {
  let nowSeconds = 0
  const limit = new PollLimit({ intervalSeconds: 5, now: () => nowSeconds * 1000 })
  limit.watch('code')
  return times.map((atSeconds) => {
    nowSeconds = atSeconds
    return limit.allows(deviceCode)
  })
}

describe('the poll limit', () => {
  it.each<[what: string, atSeconds: number[], allowed: boolean[]]>([
    ['allows the first poll at any time', [0], [true]],
    ['allows polls one interval apart', [5, 10, 15], [true, true, true]],
    ['refuses a poll a moment too soon', [5, 9.999], [true, false]],
    ['asks for five seconds more after slow_down', [5, 6, 15.9], [true, false, false]],
    ['is content with five seconds more', [5, 6, 16], [true, false, true]],
    ['adds five seconds for each slow_down', [0, 1, 2, 16.9], [true, false, false, false]],
    ['keeps the longer interval for the rest of the code', [0, 1, 11, 20], [true, false, true, false]],
  ])('%s', (_what, atSeconds, allowed) => {
    expect(pollAt(atSeconds)).toEqual(allowed)
  })

  it('keeps the pace of each code apart', () => {
    const limit = new PollLimit({ intervalSeconds: 5, now: () => 0 })
    limit.watch('one')
    limit.watch('other')
    expect([limit.allows('one'), limit.allows('other'), limit.allows('one')]).toEqual([true, true, false])
  })

  it('leaves unknown codes to the provider', () => {
    expect(pollAt([0, 0, 0], 'somebody else’s')).toEqual([true, true, true])
  })
})
