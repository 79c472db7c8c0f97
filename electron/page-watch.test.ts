import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type PageWatching, type PaintFault, watchPaint } from './page-watch.ts'

describe('the watch over a page’s frames', () => {
  let faults: PaintFault[]
  let watch: PageWatching
  beforeEach(() => {
    vi.useFakeTimers()
    faults = []
    watch = watchPaint((fault) => faults.push(fault))
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const seconds = (count: number) => vi.advanceTimersByTime(count * 1000)
  function paintFor(count: number): void {
    for (let beat = 0; beat < count; beat += 2) {
      watch.note('painted')
      seconds(2)
    }
  }

  it('finds nothing wrong with a page that paints, however long', () => {
    watch.note('loading')
    paintFor(3_600)
    expect(faults).toEqual([])
  })

  it('takes a page that has not painted for five seconds for frozen, and says so once', () => {
    watch.note('loading')
    paintFor(4)
    seconds(2.5)
    expect(faults).toEqual([])
    seconds(1)
    expect(faults).toEqual(['frozen'])
    seconds(60)
    expect(faults).toEqual(['frozen'])
  })

  it('takes a page that has not painted eight seconds after its load for blank', () => {
    watch.note('loading')
    seconds(7.5)
    expect(faults).toEqual([])
    seconds(1)
    expect(faults).toEqual(['blank'])
  })

  it('watches nothing before the first load and after a page is gone, whatever a dead page still sends', () => {
    seconds(60)
    watch.note('loading')
    watch.note('gone')
    watch.note('painted')
    seconds(60)
    expect(faults).toEqual([])
  })

  it.each<[string, () => void]>([
    ['while the display is away', () => paintFor(2)],
    ['when a load falls into that time', () => watch.note('loading')],
  ])('waits for no frame %s, and gives the page its time anew afterwards', (_when, before) => {
    watch.note('loading')
    watch.note('paused')
    before()
    seconds(3_600)
    watch.note('resumed')
    seconds(4.5)
    expect(faults).toEqual([])
    seconds(4)
    expect(faults).toHaveLength(1)
  })

  it('does not count time in which the machine itself stood still', () => {
    watch.note('loading')
    paintFor(2)
    // The clock goes on and no timer fires: a sleep that nobody announced, or a starved machine.
    const realNow = performance.now.bind(performance)
    let standstillMs = 0
    vi.spyOn(performance, 'now').mockImplementation(() => realNow() + standstillMs)
    for (let stop = 0; stop < 10; stop += 1) {
      standstillMs += 10_000
      seconds(0.5)
    }
    expect(faults).toEqual([])
  })
})
