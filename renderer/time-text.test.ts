import { describe, expect, it } from 'vitest'
import { clockText, hoursAndMinutes, secondsLeft } from './time-text.ts'

describe('clockText', () => {
  it.each([
    [900_000, '15:00'],
    [641_500, '10:42'],
    [60_000, '1:00'],
    [59_001, '1:00'],
    [9_000, '0:09'],
    [1, '0:01'],
    [0, '0:00'],
    [-5_000, '0:00'],
  ])('shows %i ms as %s', (ms, expected) => {
    expect(clockText(ms)).toBe(expected)
  })
})

describe('secondsLeft', () => {
  it('reaches zero only when the time is over', () => {
    expect([secondsLeft(1_001), secondsLeft(1), secondsLeft(0), secondsLeft(-1)]).toEqual([2, 1, 0, 0])
  })
})

describe('hoursAndMinutes', () => {
  it.each([
    [43_200_000, { hours: 12, minutes: 0 }],
    [43_199_999, { hours: 12, minutes: 0 }],
    [43_140_000, { hours: 11, minutes: 59 }],
    [30_000, { hours: 0, minutes: 1 }],
    [0, { hours: 0, minutes: 0 }],
  ])('splits %i ms', (ms, expected) => {
    expect(hoursAndMinutes(ms)).toEqual(expected)
  })
})
