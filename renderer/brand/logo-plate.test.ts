import { describe, expect, it } from 'vitest'
import { THEME_COLORS } from '../../contract/theme-colors.ts'
import { choosePlate, type LogoPlate } from './logo-plate.ts'

type Rgb = [number, number, number]
const CLEAR = [0, 0, 0, 0]
const NAVY: Rgb = [11, 26, 60]
const WHITE: Rgb = [255, 255, 255]
const ORANGE: Rgb = [228, 87, 46]

/** Half of it drawn in these colours, half of it left clear. */
const drawnIn = (...colors: Rgb[]) => colors.flatMap((color) => [...color, 255, ...CLEAR])

describe('choosePlate', () => {
  it.each<[string, number[], LogoPlate, LogoPlate]>([
    ['a dark logo', drawnIn(NAVY), 'white', 'none'],
    ['a white logo', drawnIn(WHITE), 'none', 'ink'],
    ['a logo of a bright colour', drawnIn(ORANGE), 'none', 'none'],
    ['a logo of which half is dark', drawnIn(NAVY, ORANGE), 'white', 'none'],
    ['a logo with a ground of its own', [...NAVY, 255, ...WHITE, 255], 'none', 'none'],
    ['an empty logo', CLEAR, 'none', 'none'],
  ])('puts %s on what it is seen on', (_what, pixels, onDark, onLight) => {
    expect(choosePlate(pixels, THEME_COLORS.dark.ground)).toBe(onDark)
    expect(choosePlate(pixels, THEME_COLORS.light.ground)).toBe(onLight)
  })
})
