import { describe, expect, it } from 'vitest'
import { plainBrand } from '../contract/brand.ts'
import { DEFAULT_SCREEN_SETTINGS } from '../contract/screen-settings.ts'
import type { KioskSnapshot } from '../contract/session-state.ts'
import type { PaintReport } from '../contract/window-bridge.ts'
import type { HelperView } from './helper-link.ts'
import { NO_NEWS, readPaintNews } from './paint-news.ts'

const view = (processId: number): HelperView => {
  const snapshot: KioskSnapshot = {
    sequence: 4,
    clock: { monotonicMs: 0, epochMs: 0 },
    helper: { version: '0.1.0', processId, startedAtEpochMs: 0 },
    device: { id: 'DR-0042', activation: null },
    display: { brand: plainBrand('Contoso'), kioskName: 'Main lobby', place: 'Building 4', languages: ['en' as const] },
    screen: DEFAULT_SCREEN_SETTINGS,
    app: null,
    bundle: null,
    vault: 'tmpfs',
    session: { kind: 'attract' },
    painted: null,
  }
  return { kind: 'linked', snapshot }
}
const report: PaintReport = { sequence: 4, kind: 'attract', generation: null, untouchedMs: 0 }

describe('heartbeats of the page', () => {
  it('are news when something else was painted, and every fifteen seconds', () => {
    let news = NO_NEWS
    const toldAt: number[] = []
    for (let second = 0; second < 60; second += 2) {
      const painted = second < 20 ? report : { ...report, sequence: 5 }
      const next = readPaintNews(news, { ...painted, untouchedMs: second * 1000 }, view(1), second * 1000)
      if (next !== news) toldAt.push(second)
      news = next
    }
    expect(toldAt).toEqual([0, 16, 20, 36, 52])
  })

  it('are news to another helper, which counts its snapshots from the beginning', () => {
    const news = readPaintNews(NO_NEWS, report, view(1), 0)
    expect(readPaintNews(news, report, view(1), 1_000)).toBe(news)
    expect(readPaintNews(news, report, view(2), 1_000)).not.toBe(news)
  })

  it('are nobody’s news while the helper is away', () => {
    expect(readPaintNews(NO_NEWS, { ...report, sequence: null, kind: 'unlinked' }, view(1), 0)).toBe(NO_NEWS)
    expect(readPaintNews(NO_NEWS, report, { kind: 'unlinked', everLinked: true }, 0)).toBe(NO_NEWS)
  })
})
