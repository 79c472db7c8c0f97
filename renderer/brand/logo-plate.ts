/** Whether a logo can be seen on a ground as it is, or needs a plate beneath it. Pure. */

/** A plate of the card's white, or of its ink. */
export type LogoPlate = 'none' | 'white' | 'ink'

const WHITE = '#ffffff'
const INK = '#0b1424'
/** Large shapes are told apart from their ground by less contrast than texts need (WCAG 2.2 asks for none of a logo). */
const SEEN_FROM = 1.8
/** How much of a logo may be lost on a ground before it needs a plate. */
const MOST_LOST = 0.1
/** A logo that fills nearly all of its area brings its own ground. */
const OWN_GROUND = 0.9

/** WCAG 2.2, relative luminance of 8-bit sRGB. */
function luminanceOf(red: number, green: number, blue: number): number {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function luminanceOfHex(hex: string): number {
  const value = Number.parseInt(hex.slice(1), 16)
  return luminanceOf(value >> 16, (value >> 8) & 255, value & 255)
}

/** What of the logo is hardly seen on a ground, from 0 to 1. */
function lostShare(luminances: readonly number[], ground: string): number {
  const own = luminanceOfHex(ground)
  const isLost = (each: number) => (Math.max(each, own) + 0.05) / (Math.min(each, own) + 0.05) < SEEN_FROM
  return luminances.filter(isLost).length / luminances.length
}

/** @param pixels RGBA, four bytes each */
export function choosePlate(pixels: ArrayLike<number>, ground: string): LogoPlate {
  const luminances: number[] = []
  for (let at = 0; at < pixels.length; at += 4) {
    if ((pixels[at + 3] ?? 0) < 128) continue
    luminances.push(luminanceOf(pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0))
  }
  if (luminances.length === 0 || luminances.length >= (pixels.length / 4) * OWN_GROUND) return 'none'
  const lost = {
    none: lostShare(luminances, ground),
    white: lostShare(luminances, WHITE),
    ink: lostShare(luminances, INK),
  }
  if (lost.none <= MOST_LOST) return 'none'
  const plate = lost.white <= lost.ink ? 'white' : 'ink'
  return lost[plate] < lost.none ? plate : 'none'
}
