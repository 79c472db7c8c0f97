/** Tests that early polls are told from those in time. */
import { describe, expect, it } from 'vitest'
import { findEarlyPolls } from './poll-pace.ts'
import type { SeenRequest } from './request-log.ts'

function poll(atMs: number, error = 'authorization_pending', userCode = 'A'): SeenRequest {
  const outcome = { status: 400, error, fault: null }
  return { endpoint: 'token', method: 'POST', path: '/token', atMs, grantType: 'device_code', userCode, outcome }
}

describe('polls that came too early', () => {
  it.each<[what: string, requests: SeenRequest[], gapsMs: number[]]>([
    ['none in time', [poll(0), poll(1_000), poll(2_500)], []],
    ['one just below the interval', [poll(0), poll(999), poll(2_000)], [999]],
    [
      'five seconds more after each slow_down',
      [poll(0, 'slow_down'), poll(6_000, 'slow_down'), poll(16_999)],
      [10_999],
    ],
    ['a slow_down counts from then on', [poll(0, 'slow_down'), poll(6_000), poll(11_000)], [5_000]],
    ['each code for itself', [poll(0), poll(1, 'authorization_pending', 'B'), poll(1_000)], []],
    ['no other requests', [poll(0), { ...poll(1), endpoint: 'device' }, poll(1_000)], []],
  ])('%s', (_what, requests, gapsMs) => {
    expect(findEarlyPolls(requests, () => 1).map(({ gapMs }) => gapMs)).toEqual(gapsMs)
  })

  it('go by the interval of their own code', () => {
    const requests = [poll(0), poll(0, 'authorization_pending', 'B'), poll(1_500), poll(1_500, '', 'B')]
    const early = findEarlyPolls(requests, (userCode) => (userCode === 'B' ? 2 : 1))
    expect(early).toEqual([{ userCode: 'B', gapMs: 1_500, intervalMs: 2_000 }])
  })
})
