import { describe, expect, it } from 'vitest'
import { qrSize, shiftToDevicePixel } from './qr-size.ts'

const fullHd = { moduleCount: 41, quietModuleCount: 4, boxPx: 600, shortSidePx: 1080, devicePixelRatio: 1 }

describe('qrSize', () => {
  it.each([
    ['full HD', fullHd, { moduleDevicePx: 14, sizePx: 574 }],
    ['an address of 200 letters', { ...fullHd, moduleCount: 65 }, { moduleDevicePx: 9, sizePx: 585 }],
    ['twice the density', { ...fullHd, devicePixelRatio: 2 }, { moduleDevicePx: 29, sizePx: 594.5 }],
    ['a density of 1.25', { ...fullHd, devicePixelRatio: 1.25 }, { moduleDevicePx: 18, sizePx: 590.4 }],
    ['1024 × 600', { ...fullHd, boxPx: 333, shortSidePx: 600 }, { moduleDevicePx: 8, sizePx: 328 }],
  ])('uses whole device pixels on %s', (_screen, space, expected) => {
    expect(qrSize(space)).toEqual(expected)
  })

  it('never lets the code fall below 38 % of the short side', () => {
    for (let moduleCount = 29; moduleCount <= 101; moduleCount += 4) {
      const { moduleDevicePx } = qrSize({ ...fullHd, moduleCount, boxPx: 450 })
      expect(moduleDevicePx * (moduleCount - 8)).toBeGreaterThanOrEqual(0.38 * 1080)
    }
  })
})

describe('shiftToDevicePixel', () => {
  it.each([
    [100, 1, 0],
    [100.25, 1, -0.25],
    [100.5, 2, 0],
    [101, 1.5, 1 / 3],
  ])('moves an edge at %f at a density of %f', (edgePx, devicePixelRatio, expected) => {
    expect(shiftToDevicePixel(edgePx, devicePixelRatio)).toBeCloseTo(expected)
  })
})
