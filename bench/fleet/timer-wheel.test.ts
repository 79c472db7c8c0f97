import { describe, expect, it } from 'vitest'
import { createTimerWheel } from './timer-wheel.ts'

/** Plays timers to the end; answers who fired when. */
function play(set: [slot: number, atMs: number][], endMs = 100) {
  const wheel = createTimerWheel(4, endMs)
  const fired: [number, number][] = []
  for (const [slot, atMs] of set) wheel.set(slot, atMs)
  wheel.runUntil(endMs, (slot, nowMs) => fired.push([slot, nowMs]))
  return fired
}

describe('the timer wheel', () => {
  it('fires in order of time, never early', () => {
    const set: [number, number][] = [
      [0, 30],
      [1, 10.2],
      [2, 20],
    ]
    expect(play(set)).toEqual([
      [1, 11],
      [2, 20],
      [0, 30],
    ])
  })

  it('keeps one timer per slot', () => {
    const set: [number, number][] = [
      [0, 10],
      [1, 10],
      [2, 10],
      [1, 40],
      [0, 5],
    ]
    expect(play(set)).toEqual([
      [0, 5],
      [2, 10],
      [1, 40],
    ])
  })

  it('drops what lies past the end', () => {
    const set: [number, number][] = [
      [0, 100],
      [1, Number.POSITIVE_INFINITY],
    ]
    expect(play(set)).toEqual([])
  })

  it('fires in a later turn what was set in an earlier one', () => {
    const wheel = createTimerWheel(1, 100)
    const fired: number[] = []
    wheel.set(0, 10)
    const again = (slot: number, nowMs: number) => {
      fired.push(nowMs)
      wheel.set(slot, nowMs + 30)
    }
    wheel.runUntil(40, again)
    expect(fired).toEqual([10])
    wheel.runUntil(100, again)
    expect(fired).toEqual([10, 40, 70])
  })
})
