import { describe, expect, it } from 'vitest'
import type { FleetMessage } from '../follow/read-message.ts'
import { reportedBy } from '../follow/reported.fixture.ts'
import { chooseKiosks, collectReports, type Waiting } from './choose-kiosks.ts'

const SITE = { site: 'Building 4' }
const { signal } = new AbortController()
const reported = (deviceId: string, place = 'Building 4'): FleetMessage => ({
  kind: 'reported',
  deviceId,
  state: reportedBy(deviceId, { place }),
})
const presence = (deviceId: string): FleetMessage => ({
  kind: 'presence',
  deviceId,
  presence: { kind: 'online', deviceId, sinceEpochMs: 1 },
})

/** Time goes by only while somebody waits. */
function pretendClock(meanwhile: (nowMs: number) => void = () => {}): Waiting {
  let nowMs = 0
  return {
    nowMs: () => nowMs,
    async wait(ms) {
      nowMs += ms
      meanwhile(nowMs)
    },
  }
}

describe('the kiosks of a site', () => {
  it('are those that report it, in the order of their numbers', async () => {
    const clock = pretendClock()
    const reports = collectReports(clock)
    for (const id of ['DR-10', 'DR-9']) reports.take(reported(id), true)
    reports.take(reported('DR-1', 'Elsewhere'), true)
    expect(await chooseKiosks(reports, SITE, signal, clock)).toEqual({
      deviceIds: ['DR-9', 'DR-10'],
      of: 3,
      unreadable: [],
      isComplete: true,
    })
  })

  it('leave out by name whoever is heard of, and says nothing that can be read', async () => {
    const clock = pretendClock()
    const reports = collectReports(clock)
    reports.take(reported('DR-1'), true)
    reports.take({ kind: 'unreadable', deviceId: 'DR-1', topic: 'reported' }, true)
    reports.take(presence('DR-2'), true)
    reports.take(presence('DR-3'), true)
    reports.take(reported('DR-3'), true)
    expect(await chooseKiosks(reports, SITE, signal, clock)).toMatchObject({
      deviceIds: ['DR-3'],
      unreadable: ['DR-1', 'DR-2'],
    })
  })

  it('are all there when the broker falls silent, whatever kiosks go on to say', async () => {
    const clock = pretendClock(() => reports.take(reported('DR-1'), false))
    const reports = collectReports(clock)
    expect(await chooseKiosks(reports, SITE, signal, clock)).toMatchObject({ isComplete: true })
    expect(clock.nowMs()).toBe(750)
  })

  it('may be too few where it has not fallen silent in time', async () => {
    const clock = pretendClock((nowMs) => reports.take(reported(`DR-${nowMs}`), true))
    const reports = collectReports(clock)
    const { isComplete, deviceIds } = await chooseKiosks(reports, SITE, signal, clock)
    expect({ isComplete, isSome: deviceIds.length > 10 }).toEqual({ isComplete: false, isSome: true })
  })
})
