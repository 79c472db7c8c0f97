import { describe, expect, it } from 'vitest'
import { describeKiosk } from '../follow/kiosk-facts.ts'
import { NOW_MS, reportedBy } from '../follow/reported.fixture.ts'
import { fitText } from './table-text.ts'
import { renderTable } from './watch-table.ts'

const screen = { columns: 100, rows: 6, nowEpochMs: NOW_MS, connection: 'Ctrl+C ends' }
const kiosk = (deviceId: string, isOnline: boolean) =>
  describeKiosk(
    {
      deviceId,
      reported: reportedBy(deviceId, isOnline ? {} : { atEpochMs: NOW_MS - 4 * 86_400_000 }),
      presence: isOnline
        ? { kind: 'online', deviceId, sinceEpochMs: 1 }
        : { kind: 'offline', deviceId, because: 'helper-stopped', sinceEpochMs: NOW_MS - 3 * 86_400_000 },
      timeline: [],
    },
    NOW_MS,
  )

describe('the table of a fleet', () => {
  it('fits the screen, with what wants attention first', () => {
    const kiosks = Array.from({ length: 9 }, (_, index) => kiosk(`DR-000${index}`, index !== 7))
    const lines = renderTable(kiosks, screen)
    expect(lines).toHaveLength(6)
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(100)
    expect(lines[0]).toBe('9 kiosks, 8 online, 1 to look at · Ctrl+C ends')
    expect(lines[2]).toMatch(/^DR-0007 .* offline 3 d .*attract 1 min/)
    expect(lines.at(-1)).toMatch(/^… and 6 more/)
  })

  it('says that there is nobody yet', () => {
    expect(renderTable([], screen).at(-1)).toBe('No kiosk has reported to this broker yet.')
  })

  it.each([
    ['lobby', 'lobby   '],
    ['reception desk', 'recepti…'],
    ['受付カウンター', '受付カ… '],
    ['e\u0301tage', 'e\u0301tage   '],
  ])('keeps its columns under %s', (text, fitted) => {
    expect(fitText(text, 8)).toBe(fitted)
  })
})
