/** Makes a brand's colours fit for both themes, and says what had to be changed. Pure. Never answers a pair that is hard to read. */
import type { BrandNotice, BrandPalette, ThemePalette } from '../../contract/brand.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { THEME_COLORS, THEMES, type Theme } from '../../contract/theme-colors.ts'
import { blackOrWhite, ENOUGH_CONTRAST, leastContrast, readOklch, repairContrast, writeHex } from './contrast.ts'

export type BrandColors = Pick<KioskConfig['brand'], 'colors' | 'background'>

/** How light a background must be to be a theme's ground as it is: beyond, its texts would lose their contrast. */
const GROUND_LIGHTNESS = {
  dark: { least: 0.14, most: 0.25 },
  light: { least: 0.95, most: Number.POSITIVE_INFINITY },
} as const
/** How colourful a ground may be and still be calm. */
const MOST_GROUND_CHROMA = { dark: 0.05, light: 0.025 } as const
/** Above it, a background counts as a colour; below, the tint fades with it, and grey gives grey. */
const FULL_TINT_CHROMA = 0.04

/** How much darker a mark is at its far end. */
const MARK_SHADE = 0.1

const CARD = Object.values(THEME_COLORS.card)

/** The theme's own neutral colours in the background's hue: as light as before, so that they are as easy to read. */
function tintGrounds(background: string, theme: Theme): ThemePalette {
  const { l, c, h = 0 } = readOklch(background)
  const strength = Math.min(c / FULL_TINT_CHROMA, 1)
  const tint = (hex: string) => {
    const own = readOklch(hex)
    return writeHex({ mode: 'oklch', l: own.l, c: own.c * strength, h })
  }
  const { least, most } = GROUND_LIGHTNESS[theme]
  const { ground, groundGlow, surface, line, ink, inkSoft } = THEME_COLORS[theme]
  const isGround = l >= least && l <= most
  return {
    ground: isGround ? writeHex({ mode: 'oklch', l, c: Math.min(c, MOST_GROUND_CHROMA[theme]), h }) : tint(ground),
    groundGlow: tint(groundGlow),
    surface: tint(surface),
    line: tint(line),
    ink: tint(ink),
    inkSoft: tint(inkSoft),
  }
}

/** Where the page puts text and graphics in an accent colour. */
export function groundsOf(palette: ThemePalette, theme: Theme): string[] {
  const { ground, groundGlow, surface } = { ...THEME_COLORS[theme], ...palette }
  return [ground, groundGlow, surface]
}

type Use = { setting: 'primary' | 'accent'; on: string; grounds: readonly string[]; enough: number }

/** What an installer reads of a colour that was repaired; nothing for one that was not. */
function noticeOf(given: string, used: string, { setting, on, grounds, enough }: Use): BrandNotice[] {
  if (used === given) return []
  const { ratio, ground } = leastContrast(given, grounds)
  const repaired = leastContrast(used, grounds)
  const [before, after] = [ratio, repaired.ratio].map((each) => `${(Math.floor(each * 10) / 10).toFixed(1)}:1`)
  return [
    {
      where: `kiosk.json › brand.colors.${setting}`,
      what: `${given} has ${before} on ${ground} (${on}), where ${enough}:1 is needed; ${used} is shown, with ${after}`,
      remedy: 'Nothing has to be done; a colour with more contrast there is shown as it is.',
    },
  ]
}

function accentsOf(
  colors: NonNullable<BrandColors['colors']>,
  grounds: readonly string[],
  theme: Theme,
): { palette: ThemePalette; notices: BrandNotice[] } {
  const onGround = { setting: 'primary', on: `the ${theme} theme`, grounds, enough: ENOUGH_CONTRAST.text } as const
  const onCard = { setting: 'accent', on: 'the white card', grounds: CARD, enough: ENOUGH_CONTRAST.graphics } as const
  const accent = repairContrast(colors.primary, grounds, onGround.enough)
  const cardAccent = repairContrast(colors.accent, CARD, onCard.enough)
  return {
    palette: { accent, onAccent: blackOrWhite([accent]), cardAccent, ...markOf(accent) },
    notices: [
      ...noticeOf(colors.primary, accent, onGround),
      // The card is the same in both themes: once is enough.
      ...(theme === 'dark' ? noticeOf(colors.accent, cardAccent, onCard) : []),
    ],
  }
}

/** The mark runs from the colour to a shade of it; two hues would be mud halfway. Its initial is read on both ends. */
function markOf(accent: string): Pick<ThemePalette, 'markFrom' | 'markTo' | 'onMark'> {
  const color = readOklch(accent)
  const shade = writeHex({ ...color, l: Math.max(color.l - MARK_SHADE, 0) })
  return { markFrom: accent, markTo: shade, onMark: blackOrWhite([accent, shade]) }
}

/** @returns the palette, null where the bundle names no colour, and a notice for each colour that is shown otherwise */
export function derivePalette({ colors, background }: BrandColors): {
  palette: BrandPalette | null
  notices: BrandNotice[]
} {
  if (!colors && background === undefined) return { palette: null, notices: [] }
  const palette: BrandPalette = { dark: {}, light: {} }
  const notices: BrandNotice[] = []
  for (const theme of THEMES) {
    const tinted = background === undefined ? {} : tintGrounds(background, theme)
    const accents = colors ? accentsOf(colors, groundsOf(tinted, theme), theme) : null
    palette[theme] = { ...tinted, ...accents?.palette }
    notices.push(...(accents?.notices ?? []))
  }
  return { palette, notices }
}
