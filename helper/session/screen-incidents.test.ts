import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ScreenIncident } from '../../contract/screen-incident.ts'
import { createScreenIncidents } from './screen-incidents.ts'

const killed = (reason: string): ScreenIncident => ({
  kind: 'renderer-gone',
  reason,
  atEpochMs: 0,
  recoveredAfterMs: 400,
})

describe('incidents of the screen', () => {
  const warn = vi.fn()
  beforeEach(() => {
    vi.useFakeTimers()
    warn.mockClear()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('writes the first of a kind to the log, and a minute later how many more there were', () => {
    const incidents = createScreenIncidents({ warn })
    for (const reason of ['killed', 'oom', 'killed']) incidents.note(killed(reason))
    incidents.note({ ...killed('no frame'), kind: 'frozen' })
    expect(warn.mock.calls.map(([fields]) => fields)).toEqual([
      { event: 'screen.renderer-gone', count: 1, reason: 'killed', atEpochMs: 0, recoveredAfterMs: 400 },
      { event: 'screen.frozen', count: 1, reason: 'no frame', atEpochMs: 0, recoveredAfterMs: 400 },
    ])
    vi.advanceTimersByTime(60_000)
    expect(warn.mock.calls.slice(2)).toEqual([
      [{ event: 'screen.renderer-gone', count: 2 }, 'the screen, further incidents'],
    ])
    incidents.note(killed('killed'))
    expect(warn).toHaveBeenCalledTimes(4)
  })

  it('keeps the newest twenty', () => {
    const incidents = createScreenIncidents({ warn })
    for (let count = 1; count <= 25; count += 1) incidents.note(killed(`${count}`))
    expect(incidents.recent().map(({ reason }) => reason)).toEqual(Array.from({ length: 20 }, (_, i) => `${i + 6}`))
  })

  it('says what it only counted when it ends', () => {
    const incidents = createScreenIncidents({ warn })
    incidents.note(killed('killed'))
    incidents.note(killed('killed'))
    incidents.close()
    expect(warn).toHaveBeenLastCalledWith({ event: 'screen.renderer-gone', count: 1 }, 'the screen, further incidents')
  })
})
