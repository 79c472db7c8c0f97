import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { THEME_COLORS, THEMES } from '../../contract/theme-colors.ts'
import { contrastOf, leastContrast, readOklch, repairContrast } from './contrast.ts'
import { type BrandColors, derivePalette, groundsOf } from './derive-palette.ts'

const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
const brand = fc.record({ primary: hex, accent: hex, background: fc.option(hex, { nil: undefined }) })
const CARD = Object.values(THEME_COLORS.card)

function colorsOf({
  primary,
  accent,
  background,
}: {
  primary: string
  accent: string
  background: string | undefined
}) {
  const colors: BrandColors = { colors: { primary, accent }, background }
  const { palette, notices } = derivePalette(colors)
  if (palette === null) throw new Error('there is a palette for every colour')
  return { palette, notices }
}

/** Hues of grey mean nothing. */
function hueChange(one: string, other: string): number {
  const [from, to] = [readOklch(one), readOklch(other)]
  if (Math.min(from.c, to.c) < 0.03) return 0
  const change = Math.abs((from.h ?? 0) - (to.h ?? 0)) % 360
  return Math.min(change, 360 - change)
}

describe('derivePalette', () => {
  it('makes every pair of colours easy to read, whatever the bundle says', () => {
    fc.assert(
      fc.property(brand, (given) => {
        const { palette } = colorsOf(given)
        for (const theme of THEMES) {
          const tokens = { ...THEME_COLORS[theme], ...palette[theme] }
          const { accent = '', onAccent = '', cardAccent = '', markFrom = '', markTo = '', onMark = '' } = tokens
          const grounds = groundsOf(palette[theme], theme)
          for (const text of [accent, tokens.ink, tokens.inkSoft, tokens.warning]) {
            expect(leastContrast(text, grounds).ratio).toBeGreaterThanOrEqual(4.5)
          }
          expect(contrastOf(onAccent, accent)).toBeGreaterThanOrEqual(4.5)
          expect(leastContrast(cardAccent, CARD).ratio).toBeGreaterThanOrEqual(3)
          expect(leastContrast(onMark, [markFrom, markTo]).ratio).toBeGreaterThanOrEqual(3)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('leaves a colour alone that is easy to read, and says so of every other', () => {
    fc.assert(
      fc.property(brand, (given) => {
        const { palette, notices } = colorsOf(given)
        let changedCount = 0
        for (const theme of THEMES) {
          const isReadable = leastContrast(given.primary, groundsOf(palette[theme], theme)).ratio >= 4.5
          expect(palette[theme].accent === given.primary).toBe(isReadable)
          if (!isReadable) changedCount += 1
        }
        const isSeen = leastContrast(given.accent, CARD).ratio >= 3
        expect(palette.light.cardAccent === given.accent).toBe(isSeen)
        expect(notices).toHaveLength(changedCount + (isSeen ? 0 : 1))
      }),
    )
  })

  it('keeps the hue of a colour that it changes', () => {
    fc.assert(
      fc.property(brand, (given) => {
        const { palette } = colorsOf(given)
        for (const theme of THEMES) expect(hueChange(palette[theme].accent ?? '', given.primary)).toBeLessThan(6)
        expect(hueChange(palette.light.cardAccent ?? '', given.accent)).toBeLessThan(6)
      }),
    )
  })

  it('says which colour has how little contrast where, and what is shown instead', () => {
    const { notices } = colorsOf({ primary: '#ffcc00', accent: '#ffcc00', background: undefined })
    expect(notices).toEqual([
      {
        where: 'kiosk.json › brand.colors.accent',
        what: expect.stringMatching(
          /^#ffcc00 has 1\.3:1 on #eef4f9 \(the white card\), where 3:1 is needed; #[0-9a-f]{6} is shown, with 3\.0:1$/,
        ),
        remedy: expect.stringMatching(/\.$/),
      },
      {
        where: 'kiosk.json › brand.colors.primary',
        what: expect.stringMatching(
          /^#ffcc00 has 1\.2:1 on #d9ebf4 \(the light theme\), where 4\.5:1 is needed; #[0-9a-f]{6} is shown, with 4\.5:1$/,
        ),
        remedy: expect.stringMatching(/\.$/),
      },
    ])
  })

  it('takes a calm background as it is, in the theme that it is for', () => {
    expect(derivePalette({ background: '#ffffff' }).palette?.light.ground).toBe('#ffffff')
    expect(derivePalette({ background: '#0c1a14' }).palette?.dark.ground).toBe('#0c1a14')
  })

  it('calms a loud background down, and gives grey for grey', () => {
    const { palette } = derivePalette({ background: '#ff0066' })
    expect(readOklch(palette?.dark.ground ?? '').c).toBeLessThan(0.055)
    expect(readOklch(palette?.light.ground ?? '').c).toBeLessThan(0.03)
    expect(hueChange(palette?.dark.line ?? '', '#ff0066')).toBeLessThan(6)
    expect(readOklch(derivePalette({ background: '#808080' }).palette?.dark.surface ?? '').c).toBeLessThan(0.002)
  })

  it('changes nothing where the bundle names no colour', () => {
    expect(derivePalette({})).toEqual({ palette: null, notices: [] })
    expect(derivePalette({ background: '#102030' }).palette?.dark.accent).toBeUndefined()
  })
})

describe('repairContrast', () => {
  it('changes no more than it must', () => {
    fc.assert(
      fc.property(hex, hex, (color, ground) => {
        const repaired = repairContrast(color, [ground], 4.5)
        expect(contrastOf(repaired, ground)).toBeGreaterThanOrEqual(4.5)
        if (repaired === color) return
        // Half a step of the way back is not enough any more, but for the rounding of a hex colour.
        expect(contrastOf(repaired, ground)).toBeLessThan(4.8)
      }),
    )
  })
})
