import { describe, expect, it } from 'vitest'
import type { SeenRequest } from '../../demo/hostile-provider/hostile-provider.ts'
import { addPollCounts, countPolls, gapsMs, pollsOf } from './poll-gaps.ts'

function poll(atMs: number, error: string | null = 'authorization_pending', userCode = 'ABCD'): SeenRequest {
  const outcome = { status: 400, error, fault: null }
  return { endpoint: 'token', method: 'POST', path: '/token', atMs, grantType: 'device', userCode, outcome }
}

describe('gaps between polls', () => {
  it.each([
    { name: 'exactly the interval is allowed', polls: [poll(0), poll(1_000), poll(2_000)], gapsBelowInterval: 0 },
    { name: 'a moment sooner is not', polls: [poll(0), poll(999.9), poll(1_999.9)], gapsBelowInterval: 1 },
    { name: 'slow_down adds five seconds', polls: [poll(0, 'slow_down'), poll(5_999)], gapsBelowInterval: 1 },
    { name: 'and is obeyed', polls: [poll(0, 'slow_down'), poll(6_000)], gapsBelowInterval: 0 },
    {
      name: 'for all later polls',
      polls: [poll(0, 'slow_down'), poll(6_000), poll(11_000)],
      gapsBelowInterval: 1,
    },
    {
      name: 'twice adds ten',
      polls: [poll(0, 'slow_down'), poll(6_000, 'slow_down'), poll(16_999)],
      gapsBelowInterval: 1,
    },
    {
      name: 'an answer that never left says nothing',
      polls: [{ ...poll(0), outcome: null }, poll(1_000)],
      gapsBelowInterval: 0,
    },
  ])('$name', ({ polls, gapsBelowInterval }) => {
    expect(countPolls(polls, 1)).toEqual({ polls: polls.length, gapsBelowInterval })
  })

  it('tells how long each was', () => {
    expect(gapsMs([poll(0), poll(1_000), poll(2_500)])).toEqual([1_000, 1_500])
    expect(gapsMs([poll(0)])).toEqual([])
  })

  it('looks at one code at a time', () => {
    const requests = [poll(0), poll(1, null, 'OTHER'), { ...poll(2), endpoint: 'device' as const }, poll(1_000)]
    expect(pollsOf(requests, 'ABCD').map(({ atMs }) => atMs)).toEqual([0, 1_000])
  })

  it('adds up', () => {
    const counts = [
      { polls: 3, gapsBelowInterval: 1 },
      { polls: 2, gapsBelowInterval: 0 },
    ]
    expect(addPollCounts(counts)).toEqual({ polls: 5, gapsBelowInterval: 1 })
  })
})
