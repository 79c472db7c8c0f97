/** One picture of a few photos, side by side, to see what the grid asks of a reader. Chooses them by name, never by result. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findScanTools } from '../../scripts/find-scan-tools.mjs'
import { GRID } from './grid.ts'
import type { ScanRun } from './scan-run.ts'

/** The hardest of every second factor, and of the combinations; of a screen each. */
const SAMPLES: readonly [factor: string, level: string, screenIndex: number][] = [
  ['distance', '160 px', 0],
  ['from the side', '60°', 3],
  ['defocus', '3.2 px', 2],
  ['glare', 'large, on the code', 4],
  ['low light', 'a sixth, noise 7.5 %', 6],
  ['moiré', 'contrast 0.9, 0.34 : 1', 7],
  ['compression', 'quality 5', 1],
  ['together', 'glare, 40°', 5],
]
const SIDE_PX = 240

/** @throws Error where the run holds no such photo */
export async function writeContactSheet({ shots }: ScanRun, path: string): Promise<void> {
  const { convert } = findScanTools()
  if (convert === null) throw new Error('no ImageMagick: run "npm run setup"')
  const rows = (['ours', 'plain'] as const).map((contestant) => {
    const photos = SAMPLES.map(([factor, level, screenIndex]) => {
      const cellIndex = GRID.findIndex((cell) => cell.factor === factor && cell.level === level)
      const shot = shots.find(
        (one) => one.cellIndex === cellIndex && one.screenIndex === screenIndex && one.contestant === contestant,
      )
      if (!shot) throw new Error(`there is no photo "${factor}, ${level}" of screen ${screenIndex}`)
      return shot.path
    })
    const size = `${SIDE_PX}x${SIDE_PX}`
    return ['(', ...photos.flatMap((photo) => ['(', photo, '-resize', `${size}!`, ')']), '+append', ')']
  })
  await promisify(execFile)(convert, [...rows.flat(), '-append', '-strip', '-quality', '60', path])
}
