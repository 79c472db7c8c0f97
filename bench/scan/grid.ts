/**
 * What is done to every screenshot: 48 photos, from easy to hard. Everyday is the first half of each factor and of the
 * combinations; it was written down before anything was measured, and only hard levels were moved afterwards (docs/scan.md).
 */

/** One photo of a screen, taken with a phone. Angles in degrees; sharpness in pixels of the camera's picture. */
export type Photo = {
  /** Camera pixels along the screen's short side: how far away the phone is. */
  shortSidePx: number
  /** Turned to the side, upwards, and around the line of sight. */
  yaw: number
  pitch: number
  roll: number
  /** Standard deviation of the blur. */
  defocusPx: number
  /** Length of the streak, in an odd number of pixels. */
  motionPx: number
  /** A lamp's reflection; lengths as shares of the screen's short side. */
  glare: { fromCentre: number; radius: number; strength: number } | null
  /** Linear light that reaches the sensor; 1 is white at its limit. */
  exposure: number
  /** Standard deviation of the sensor's noise, of the whole range from black to white. */
  noise: number
  /** Red, green and blue stripes of the panel, sampled by the camera: how dark the gaps between them are, and camera pixels to one of the panel. */
  panel: { contrast: number; ratio: number } | null
  /** 1 to 100. */
  jpegQuality: number
}

export type Cell = { factor: string; level: string; everyday: boolean; photo: Photo }

/** A phone held by hand about a metre from a 24-inch screen, its preview 1,080 pixels high. */
const BASE: Photo = {
  shortSidePx: 450,
  yaw: 0,
  pitch: 0,
  roll: 0,
  defocusPx: 0.7,
  motionPx: 1,
  glare: null,
  exposure: 0.8,
  noise: 0.01,
  panel: null,
  jpegQuality: 85,
}

type Level = [level: string, changes: Partial<Photo>]

function factor(name: string, everyday: readonly Level[], hard: readonly Level[]): Cell[] {
  if (everyday.length !== hard.length) throw new Error(`"${name}" is not half everyday`)
  return [...everyday, ...hard].map(([level, changes], index) => ({
    factor: name,
    level,
    everyday: index < everyday.length,
    photo: { ...BASE, ...changes },
  }))
}

export const GRID: readonly Cell[] = [
  ...factor(
    'distance',
    [
      ['800 px', { shortSidePx: 800 }],
      ['350 px', { shortSidePx: 350 }],
    ],
    [
      ['220 px', { shortSidePx: 220 }],
      ['160 px', { shortSidePx: 160 }],
    ],
  ),
  ...factor(
    'from the side',
    [
      ['20°', { yaw: 20 }],
      ['35°', { yaw: 35 }],
    ],
    [
      ['50°', { yaw: 50 }],
      ['60°', { yaw: 60 }],
    ],
  ),
  ...factor(
    'from above',
    [
      ['20°', { pitch: 20 }],
      ['35°', { pitch: 35 }],
    ],
    [
      ['50°', { pitch: 50 }],
      ['60°', { pitch: 60 }],
    ],
  ),
  ...factor(
    'defocus',
    [
      ['1.2 px', { defocusPx: 1.2 }],
      ['2 px', { defocusPx: 2 }],
    ],
    [
      ['2.5 px', { defocusPx: 2.5 }],
      ['3.2 px', { defocusPx: 3.2 }],
    ],
  ),
  ...factor(
    'motion',
    [
      ['5 px', { motionPx: 5 }],
      ['7 px', { motionPx: 7 }],
    ],
    [
      ['9 px', { motionPx: 9 }],
      ['11 px', { motionPx: 11 }],
    ],
  ),
  ...factor(
    'glare',
    [
      ['beside the code', { glare: { fromCentre: 0.42, radius: 0.1, strength: 1 } }],
      ['weak, on the code', { glare: { fromCentre: 0.2, radius: 0.1, strength: 0.3 } }],
    ],
    [
      ['on the code', { glare: { fromCentre: 0.14, radius: 0.08, strength: 1 } }],
      ['large, on the code', { glare: { fromCentre: 0.14, radius: 0.11, strength: 1 } }],
    ],
  ),
  ...factor(
    'low light',
    [
      ['half, noise 3 %', { exposure: 0.4, noise: 0.03 }],
      ['a quarter, noise 5 %', { exposure: 0.2, noise: 0.05 }],
    ],
    [
      ['a fifth, noise 6 %', { exposure: 0.16, noise: 0.06 }],
      ['a sixth, noise 7.5 %', { exposure: 0.13, noise: 0.075 }],
    ],
  ),
  ...factor(
    'moiré',
    [
      ['contrast 0.3, 0.95 : 1', { panel: { contrast: 0.3, ratio: 0.95 } }],
      ['contrast 0.5, 0.7 : 1', { panel: { contrast: 0.5, ratio: 0.7 } }],
    ],
    [
      ['contrast 0.9, 0.97 : 1', { panel: { contrast: 0.9, ratio: 0.97 } }],
      ['contrast 0.9, 0.34 : 1', { panel: { contrast: 0.9, ratio: 0.34 } }],
    ],
  ),
  ...factor(
    'compression',
    [
      ['quality 60', { jpegQuality: 60 }],
      ['quality 35', { jpegQuality: 35 }],
    ],
    [
      ['quality 12', { jpegQuality: 12 }],
      ['quality 5', { jpegQuality: 5 }],
    ],
  ),
  ...factor(
    'together',
    [
      ['350 px, 20° and 20°', { shortSidePx: 350, yaw: 20, pitch: 20 }],
      ['350 px, defocus 1 px', { shortSidePx: 350, defocusPx: 1 }],
      ['25°, defocus 1.2 px', { yaw: 25, defocusPx: 1.2 }],
      ['half light, motion 5 px', { exposure: 0.4, noise: 0.03, motionPx: 5 }],
      ['weak glare, 20°', { glare: { fromCentre: 0.2, radius: 0.1, strength: 0.3 }, pitch: 20 }],
      ['moiré, 15°, quality 60', { panel: { contrast: 0.3, ratio: 0.8 }, yaw: 15, jpegQuality: 60 }],
    ],
    [
      ['220 px, 40°', { shortSidePx: 220, yaw: 40 }],
      ['220 px, defocus 1.4 px', { shortSidePx: 220, defocusPx: 1.4 }],
      ['45°, defocus 2 px', { pitch: 45, defocusPx: 2 }],
      ['a quarter of light, motion 7 px', { exposure: 0.2, noise: 0.05, motionPx: 7 }],
      ['glare, 40°', { glare: { fromCentre: 0.14, radius: 0.08, strength: 1 }, yaw: 40 }],
      ['250 px, 30°, quality 20', { shortSidePx: 250, pitch: 30, jpegQuality: 20 }],
    ],
  ),
]
