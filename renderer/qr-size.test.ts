import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOnDevicePixel, qrSize, shiftToDevicePixel } from './qr-size.ts'

const fullHd = { moduleCount: 41, quietModuleCount: 4, boxPx: 600, shortSidePx: 1080, devicePixelRatio: 1 }

describe('qrSize', () => {
  it.each([
    ['full HD', fullHd, { moduleDevicePx: 15, sizePx: 615 }],
    ['an address of 200 letters', { ...fullHd, moduleCount: 65 }, { moduleDevicePx: 9, sizePx: 585 }],
    ['twice the density', { ...fullHd, devicePixelRatio: 2 }, { moduleDevicePx: 30, sizePx: 615 }],
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

/** Any screen that a kiosk may have, and any code that fits a QR code of version 1 to 20. */
const anySpace = fc
  .record({
    version: fc.integer({ min: 1, max: 20 }),
    shortSideDevicePx: fc.integer({ min: 600, max: 4320 }),
    devicePixelRatio: fc.constantFrom(1, 1.25, 1.5, 1.75, 2, 2.625, 3),
    boxShare: fc.double({ min: 0.3, max: 0.7, noNaN: true }),
  })
  .map(({ version, shortSideDevicePx, devicePixelRatio, boxShare }) => {
    const shortSidePx = shortSideDevicePx / devicePixelRatio
    const moduleCount = 17 + 4 * version + 2 * 4
    return { moduleCount, quietModuleCount: 4, boxPx: boxShare * shortSidePx, shortSidePx, devicePixelRatio }
  })

describe('isOnDevicePixel', () => {
  it.each([
    [100, 1, true],
    [100 + 1 / 64, 1.25, true],
    [100.2, 1, false],
    [100.5, 2, true],
    [100.5, 1.5, false],
  ])('says of an edge at %f at a density of %f: %s', (edgePx, devicePixelRatio, expected) => {
    expect(isOnDevicePixel(edgePx, devicePixelRatio)).toBe(expected)
  })
})

describe('a QR code of any text on any screen', () => {
  it('has modules of a whole number of device pixels', () => {
    fc.assert(
      fc.property(anySpace, (space) => {
        const { moduleDevicePx, sizePx } = qrSize(space)
        expect(Number.isInteger(moduleDevicePx)).toBe(true)
        expect(sizePx * space.devicePixelRatio).toBeCloseTo(moduleDevicePx * space.moduleCount, 6)
      }),
    )
  })

  it('covers at least 38 % of the short side without its quiet zone', () => {
    fc.assert(
      fc.property(anySpace, (space) => {
        const codeDevicePx = qrSize(space).moduleDevicePx * (space.moduleCount - 8)
        expect(codeDevicePx).toBeGreaterThanOrEqual(0.38 * space.shortSidePx * space.devicePixelRatio - 1e-6)
      }),
    )
  })

  it('takes more than 3 % beyond its box only where it would be too small to read', () => {
    fc.assert(
      fc.property(anySpace, (space) => {
        const { moduleDevicePx, sizePx } = qrSize(space)
        if (sizePx <= space.boxPx * 1.03 + 1e-6) return
        const oneLess = (moduleDevicePx - 1) * (space.moduleCount - 8)
        expect(oneLess).toBeLessThan(0.38 * space.shortSidePx * space.devicePixelRatio)
      }),
    )
  })

  it('wastes less than one device pixel a module', () => {
    fc.assert(
      fc.property(anySpace, (space) => {
        const { moduleDevicePx } = qrSize(space)
        const oneMorePx = ((moduleDevicePx + 1) * space.moduleCount) / space.devicePixelRatio
        expect(oneMorePx).toBeGreaterThan(space.boxPx)
      }),
    )
  })

  it('has edges between two device pixels', () => {
    const anyEdge = fc.double({ min: 0, max: 4000, noNaN: true })
    fc.assert(
      fc.property(anyEdge, fc.constantFrom(1, 1.25, 1.5, 2, 3), (edgePx, ratio) => {
        const edgeDevicePx = (edgePx + shiftToDevicePixel(edgePx, ratio)) * ratio
        expect(edgeDevicePx).toBeCloseTo(Math.round(edgeDevicePx), 6)
      }),
    )
  })
})
