/** Contrast by WCAG 2.2, and the nearest colour that has enough of it. Pure. Never changes a colour that has enough already. */
import { clampChroma, formatHex, modeLrgb, modeOklch, modeRgb, type Oklch, useMode, wcagContrast } from 'culori/fn'

useMode(modeRgb)
// The measure of contrast looks it up by its name.
useMode(modeLrgb)
const toOklch = useMode(modeOklch)

/** WCAG 2.2 §1.4.3, §1.4.11. */
export const ENOUGH_CONTRAST = { text: 4.5, graphics: 3 } as const

/** Finer than an eye, and than what two digits of a hex colour can say. */
const LIGHTNESS_STEP = 1 / 512

/** In a space where equal steps look equal. @param hex `#rrggbb` */
export function readOklch(hex: string): Oklch {
  const color = toOklch(hex)
  if (color === undefined) throw new TypeError(`not a colour: ${hex}`)
  return color
}

/** Of the same lightness and hue, as colourful as a screen can show it. */
export function writeHex(color: Oklch): string {
  return formatHex(clampChroma(color, 'oklch'))
}

/** From 1 (the same) to 21 (black on white). */
export const contrastOf = (one: string, other: string): number => wcagContrast(one, other)

/** The least contrast of a colour with any of these grounds. */
export function leastContrast(hex: string, grounds: readonly string[]): { ratio: number; ground: string } {
  const [first, ...others] = grounds.map((ground) => ({ ratio: contrastOf(hex, ground), ground }))
  if (first === undefined) throw new TypeError('there is no ground to compare with')
  return others.reduce((least, next) => (next.ratio < least.ratio ? next : least), first)
}

type Repair = { hex: string; steps: number }

/** The first colour on the way to black or white that stands out enough; null where not even its end does. */
function repairTowards(
  end: { hex: string; steps: number },
  colorAt: (steps: number) => string,
  isEnough: (hex: string) => boolean,
): Repair | null {
  if (!isEnough(end.hex)) return null
  let found: Repair = end
  // Contrast only grows on this way: halving finds where it becomes enough.
  for (let tooFew = 0; found.steps - tooFew > 1; ) {
    const steps = Math.floor((tooFew + found.steps) / 2)
    const hex = colorAt(steps)
    if (isEnough(hex)) found = { hex, steps }
    else tooFew = steps
  }
  return found
}

/**
 * The colour itself, or the nearest darker or lighter one of its hue that stands out from all of these grounds.
 *
 * @param grounds all dark, or all light: black or white has enough contrast with each of them
 */
export function repairContrast(hex: string, grounds: readonly string[], enough: number): string {
  const isEnough = (candidate: string) => leastContrast(candidate, grounds).ratio >= enough
  if (isEnough(hex)) return hex
  const color = readOklch(hex)
  const darkerBy = (steps: number) => writeHex({ ...color, l: color.l - steps * LIGHTNESS_STEP })
  const stepsOf = (lightness: number) => Math.ceil(lightness / LIGHTNESS_STEP)
  const darker = repairTowards({ hex: '#000000', steps: stepsOf(color.l) }, darkerBy, isEnough)
  const lighter = repairTowards({ hex: '#ffffff', steps: stepsOf(1 - color.l) }, (steps) => darkerBy(-steps), isEnough)
  const nearest = darker && lighter && lighter.steps < darker.steps ? lighter : (darker ?? lighter)
  return nearest?.hex ?? blackOrWhite(grounds)
}

/** Black or white, whichever stands out more; one of them always has 4.5:1 with a single ground. */
export function blackOrWhite(grounds: readonly string[]): string {
  return leastContrast('#ffffff', grounds).ratio >= leastContrast('#000000', grounds).ratio ? '#ffffff' : '#000000'
}
