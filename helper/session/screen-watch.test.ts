import { describe, expect, it } from 'vitest'
import type { KioskClock } from '../kiosk-clock.ts'
import { watchScreens } from './screen-watch.ts'

function openWatch() {
  const lost: string[] = []
  let timeUp = () => {}
  const clock: KioskClock = {
    nowMs: () => 0,
    random: () => 0,
    wait: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        expect(delayMs).toBe(10_000)
        timeUp = resolve
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  }
  const watch = watchScreens(clock, () => lost.push('lost'))
  return { watch, lost, timeUp: () => timeUp() }
}

describe('the watch over screens', () => {
  it('loses the screen when the last shell leaves', () => {
    const { watch, lost } = openWatch()
    watch.joined('a')
    watch.left()
    expect(lost).toEqual(['lost'])
    expect(watch.screenId()).toBe('a')
  })

  it('lets a handed-over session go on before its own screen', async () => {
    const { watch, lost, timeUp } = openWatch()
    watch.expect('a')
    watch.joined('a')
    timeUp()
    await Promise.resolve()
    expect(lost).toEqual([])
  })

  it.each<[string, (opened: ReturnType<typeof openWatch>) => void]>([
    ['another screen comes', ({ watch }) => watch.joined('b')],
    ['its screen does not come back in time', ({ timeUp }) => timeUp()],
  ])('ends a handed-over session when %s', async (_what, happen) => {
    const opened = openWatch()
    opened.watch.expect('a')
    happen(opened)
    await Promise.resolve()
    expect(opened.lost).toEqual(['lost'])
  })

  it('ends it at once when another screen was there before the session', () => {
    const { watch, lost } = openWatch()
    watch.joined('b')
    watch.expect('a')
    expect(lost).toEqual(['lost'])
  })

  it('lets no second screen join the first', () => {
    const { watch, lost } = openWatch()
    watch.joined('a')
    watch.joined('a')
    expect(lost).toEqual([])
    watch.joined('b')
    expect(lost).toEqual(['lost'])
  })

  it('hands the same screen on when the next restart comes before it is back', () => {
    const { watch } = openWatch()
    watch.expect('a')
    expect(watch.screenId()).toBe('a')
  })

  it('does not take a screen for linked that came and went before the session', () => {
    const { watch, lost } = openWatch()
    watch.joined('a')
    watch.left()
    watch.expect('a')
    watch.joined('b')
    expect(lost).toEqual(['lost', 'lost'])
  })

  it('asks for no screen where none was there', () => {
    const { watch, lost } = openWatch()
    watch.expect(null)
    watch.joined('b')
    expect(lost).toEqual([])
  })
})
