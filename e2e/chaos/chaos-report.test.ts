import { describe, expect, it } from 'vitest'
import { describeChaos, describeKill, isChaosWon, type Kill } from './chaos-report.ts'

const kill = (tookMs: number, white = 0): Kill => ({
  victim: 'helper',
  moment: 'in a session',
  tookMs,
  screen: 'attract',
  white,
})

describe('the report of a chaos run', () => {
  it.each([
    [[kill(1_000), kill(3_000), kill(2_000)], '3 kills, median 2.0 s, worst 3.0 s, 0 white', true],
    [[kill(1_000), kill(2_000)], '2 kills, median 1.5 s, worst 2.0 s, 0 white', true],
    [[kill(1_000), kill(10_200)], '2 kills, median 5.6 s, worst 10.2 s, 0 white', false],
    [[kill(1_000, 2)], '1 kills, median 1.0 s, worst 1.0 s, 2 white', false],
    [[kill(Number.POSITIVE_INFINITY)], '1 kills, median Infinity s, worst Infinity s, 0 white', false],
  ])('ends with the counts, the median and the worst', (kills, line, isWon) => {
    expect(describeChaos(kills)).toBe(line)
    expect(isChaosWon(kills)).toBe(isWon)
  })

  it('is not won by a run that killed nobody', () => {
    expect(isChaosWon([])).toBe(false)
  })

  it('points at what was late or white', () => {
    expect(describeKill(kill(12_000, 1))).toBe(
      'LATE  12.0 s  helper    in a session           attract, 1 looks at a WHITE glass',
    )
  })
})
