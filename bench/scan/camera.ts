/** Takes a photo of a screenshot as a phone would: pinhole, lens, sensor, JPEG, drawn by ImageMagick. The same seed, the same photo. */
import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { PNG } from 'pngjs'
import { seededRandom } from '../../demo/seeded-random.ts'
import { findScanTools } from '../../scripts/find-scan-tools.mjs'
import type { Photo } from './grid.ts'
import { type Point, projectRectangle } from './projection.ts'
import type { Area, Screenshot } from './take-screenshots.ts'

/** The picture around the code that a reader looks at, as a multiple of the screen's short side. */
const FRAME_OF_SHORT_SIDE = 1.2
/** Where the panel's stripes are drawn, nine times the pixels, the picture ends sooner. */
const FRAME_OF_SHORT_SIDE_WITH_PANEL = 0.8
/** Standard deviation of ImageMagick's Gaussian noise at `-attenuate 1`, of the whole range. */
const NOISE_OF_ATTENUATE_ONE = 0.078
/** Each panel pixel is drawn this many times as wide and high, one column a colour. */
const PANEL_PIXEL = 3
/** Points that the sensor's pixel takes the mean of, along one side: few, so that stripes beat against it. */
const SAMPLES_OF_PANEL = 2
const WALL = 'gray(35%)'

/** A hand's own: nobody holds a phone upright to the degree. */
const UNSTEADY_DEGREES = 4

const runFile = promisify(execFile)

const textOf = ({ x, y }: Point) => `${x.toFixed(3)},${y.toFixed(3)}`

function glareArgs({ glare, shortSidePx }: Photo, frame: number, random: () => number): string[] {
  if (glare === null) return []
  const angle = random() * 2 * Math.PI
  const from = glare.fromCentre * shortSidePx
  const centre = { x: frame / 2 + from * Math.cos(angle), y: frame / 2 + from * Math.sin(angle) }
  const [wide, high] = [glare.radius * shortSidePx, glare.radius * shortSidePx * 0.7]
  const turn = (random() * 180).toFixed(1)
  const shape = `translate ${textOf(centre)} rotate ${turn} ellipse 0,0 ${wide.toFixed(2)},${high.toFixed(2)} 0,360`
  const light = `gray(${(glare.strength * 100).toFixed(0)}%)`
  const drawn = [
    '-size',
    `${frame}x${frame}`,
    'xc:black',
    '-fill',
    light,
    '-draw',
    shape,
    '-blur',
    `0x${(high / 4).toFixed(2)}`,
  ]
  // Drawn as numbers and taken as light: the screen's own is linear by now.
  return ['(', ...drawn, '-set', 'colorspace', 'RGB', ')', '-compose', 'Plus', '-composite']
}

/** One pixel of the panel: stripes of red, green and blue with a dark gap below them. */
async function writePanelPixel(contrast: number, path: string): Promise<void> {
  const png = new PNG({ width: PANEL_PIXEL, height: PANEL_PIXEL })
  for (const [at] of png.data.entries()) {
    const [pixel, channel] = [Math.floor(at / 4), at % 4]
    const isLit = pixel % PANEL_PIXEL === channel
    const isGap = pixel >= PANEL_PIXEL * (PANEL_PIXEL - 1)
    png.data[at] = channel === 3 ? 255 : Math.round(255 * (isLit ? 1 : 1 - contrast) * (isGap ? 1 - contrast : 1))
  }
  // Without an alpha channel: ImageMagick takes seconds to lay tiles that have one.
  await writeFile(path, PNG.sync.write(png, { colorType: 2 }))
}

const panelPixelPath = (outPath: string) => `${outPath}.panel.png`

/** Multiplies the panel's structure in, as bright on the whole as without it. */
function panelArgs({ contrast }: NonNullable<Photo['panel']>, { width, height }: Area, outPath: string): string[] {
  const dark = 1 - contrast
  const mean = ((1 + 2 * dark) / 3) * ((2 + dark) / 3)
  const size = `${width * PANEL_PIXEL}x${height * PANEL_PIXEL}`
  const tiles = ['(', '-size', size, `tile:${panelPixelPath(outPath)}`, '-set', 'colorspace', 'RGB', ')']
  return [
    ...['-scale', `${PANEL_PIXEL * 100}%`],
    ...[...tiles, '-compose', 'Multiply', '-composite'],
    ...['-evaluate', 'multiply', (1 / mean).toFixed(4)],
  ]
}

/** The part of the screen that is drawn at all, in whole pixels. */
function visiblePart({ screen, qr }: Screenshot, side: number): Area {
  const left = Math.max(0, Math.round(qr.x + qr.width / 2 - side / 2))
  const top = Math.max(0, Math.round(qr.y + qr.height / 2 - side / 2))
  const end = (start: number, limit: number) => Math.min(limit, start + Math.round(side)) - start
  return { x: left, y: top, width: end(left, screen.width), height: end(top, screen.height) }
}

/** What the hand adds to what was asked for: never twice the same angle, and either side. */
function holdByHand(photo: Photo, random: () => number): Photo {
  const unsteady = () => (random() * 2 - 1) * UNSTEADY_DEGREES
  return {
    ...photo,
    yaw: (random() < 0.5 ? 1 : -1) * photo.yaw + unsteady(),
    pitch: (random() < 0.5 ? 1 : -1) * photo.pitch + unsteady(),
    roll: photo.roll + unsteady(),
  }
}

/** Cuts out what is seen, draws the panel's own structure where asked, and lays it into the picture. */
function projectionArgs(
  screenshot: Screenshot,
  photo: Photo,
  { frame, outPath, random }: { frame: number; outPath: string; random: () => number },
): string[] {
  const { qr, path } = screenshot
  const { panel, shortSidePx } = photo
  const shortSide = Math.min(screenshot.screen.width, screenshot.screen.height)
  // At a slant the far side of the screen is seen, too.
  const part = visiblePart(screenshot, panel === null ? shortSide * 4 : (frame / shortSidePx) * shortSide)
  const [magnified, samples] = panel === null ? [1, 1] : [PANEL_PIXEL, SAMPLES_OF_PANEL]
  const middle = { x: frame / 2 + random() - 0.5, y: frame / 2 + random() - 0.5 }
  const aim = { x: qr.x + qr.width / 2 - part.x, y: qr.y + qr.height / 2 - part.y }
  const corners = projectRectangle(part, aim, { ...photo, scale: shortSidePx / shortSide }).map(
    ({ from, to }) =>
      `${from.x * magnified},${from.y * magnified} ${textOf({ x: (middle.x + to.x) * samples, y: (middle.y + to.y) * samples })}`,
  )
  const viewport = `${frame * samples}x${frame * samples}+0+0`
  return [
    ...[
      path,
      '-alpha',
      'off',
      '-crop',
      `${part.width}x${part.height}+${part.x}+${part.y}`,
      '+repage',
      '-colorspace',
      'RGB',
    ],
    ...(panel === null ? [] : panelArgs(panel, part, outPath)),
    ...['-virtual-pixel', 'background', '-background', WALL, '-set', 'option:distort:viewport', viewport],
    // Points only: a filter as good as a lens never is would take the stripes away before they can beat.
    ...(panel === null ? [] : ['-filter', 'point', '-interpolate', 'nearest']),
    ...['-distort', 'Perspective', corners.join(' '), '+repage'],
    ...(samples === 1 ? [] : ['-scale', `${frame}x${frame}!`]),
  ]
}

/** @returns the arguments for ImageMagick's `convert` */
function photoArgs(screenshot: Screenshot, asked: Photo, seed: number, outPath: string): string[] {
  const random = seededRandom(seed)
  const shortSide = Math.min(screenshot.screen.width, screenshot.screen.height)
  const shortSidePx = asked.panel === null ? asked.shortSidePx : asked.panel.ratio * shortSide
  const photo = holdByHand({ ...asked, shortSidePx }, random)
  const frame = Math.round(shortSidePx * (photo.panel === null ? FRAME_OF_SHORT_SIDE : FRAME_OF_SHORT_SIDE_WITH_PANEL))
  const streak = (photo.motionPx - 1) / 2
  return [
    ...['-seed', String(seed)],
    ...projectionArgs(screenshot, photo, { frame, outPath, random }),
    ...glareArgs(photo, frame, random),
    ...['-blur', `0x${photo.defocusPx}`],
    ...(streak > 0 ? ['-motion-blur', `${streak}x${photo.motionPx * 2}+${(random() * 360).toFixed(1)}`] : []),
    ...['-evaluate', 'multiply', String(photo.exposure), '-colorspace', 'sRGB'],
    ...['-attenuate', (photo.noise / NOISE_OF_ATTENUATE_ONE).toFixed(4), '+noise', 'Gaussian'],
    ...['-quality', String(photo.jpegQuality), `jpeg:${outPath}`],
  ]
}

export async function takePhoto(screenshot: Screenshot, photo: Photo, seed: number, outPath: string): Promise<void> {
  const { convert } = findScanTools()
  if (convert === null) throw new Error('no ImageMagick: run "npm run setup"')
  const { panel } = photo
  if (panel !== null) await writePanelPixel(panel.contrast, panelPixelPath(outPath))
  // Several threads would share out the noise differently on every machine, and two photos are taken at a time anyway.
  const env = { ...process.env, MAGICK_THREAD_LIMIT: '1' }
  await runFile(convert, photoArgs(screenshot, photo, seed, outPath), { env })
  if (panel !== null) await rm(panelPixelPath(outPath))
}
