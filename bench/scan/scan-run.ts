/** Every screen, in every condition, with every contestant: photographed and read. Judges nothing. */
import { join } from 'node:path'
import { takeTurns } from '../side-by-side/take-turns.ts'
import { takePhoto } from './camera.ts'
import { type Reading, readPhoto } from './decoders.ts'
import { type Cell, GRID } from './grid.ts'
import { SCREENS } from './screens.ts'
import { CONTESTANTS, type Contestant, type Screenshot, takeScreenshots } from './take-screenshots.ts'

/** ImageMagick and zbar run apart from this process, and jsQR in it: three photos keep two cores busy. */
const PHOTOS_AT_ONCE = 3

/** By their place in the lists: a dark and a light one, large and small, and one everyday level of most factors. */
const QUICK = {
  screens: [5, 6],
  levels: ['350 px', '20°', '1.2 px', 'beside the code', 'half, noise 3 %', 'quality 60'],
}

type Shot = { screenIndex: number; cellIndex: number; contestant: Contestant; path: string; reading: Reading }

export type ScanRun = { shots: readonly Shot[]; screenCount: number }

type Turn = { screenshot: Screenshot; screenIndex: number; cell: Cell; cellIndex: number }

function planTurns(screenshots: readonly Screenshot[], quick: boolean): Turn[] {
  const cells = [...GRID.entries()].filter(
    ([, { level, everyday, factor }]) =>
      !quick || (everyday && factor !== 'from above' && QUICK.levels.includes(level)),
  )
  return cells.flatMap(([cellIndex, cell]) =>
    screenshots.map((screenshot) => {
      const screenIndex = SCREENS.indexOf(screenshot.screen)
      return { screenshot, screenIndex, cell, cellIndex }
    }),
  )
}

/**
 * All contestants of one screen in one condition are held by the same hand, below the same lamp.
 *
 * @param folder where screenshots and photos go
 * @param tell called now and then with how far it is
 */
export async function runScan(
  { quick, seed, folder }: { quick: boolean; seed: number; folder: string },
  tell: (line: string) => void,
): Promise<ScanRun> {
  const screens = quick ? SCREENS.filter((_, index) => QUICK.screens.includes(index)) : SCREENS
  const contestants = quick ? CONTESTANTS.filter((name) => name !== 'inset') : CONTESTANTS
  const screenshots = await takeScreenshots(screens, contestants, folder)
  const turns = planTurns(screenshots, quick)
  let done = 0
  const shots = await takeTurns(turns, PHOTOS_AT_ONCE, async ({ screenshot, screenIndex, cell, cellIndex }) => {
    const { contestant, screen } = screenshot
    const path = join(folder, `${screenIndex}-${cellIndex}-${contestant}.jpg`)
    await takePhoto(screenshot, cell.photo, (seed * 100 + cellIndex) * 100 + screenIndex, path)
    const reading = await readPhoto(path, screen.code.qrText)
    done += 1
    if (done % 100 === 0) tell(`  ${done} of ${turns.length} photos`)
    return { screenIndex, cellIndex, contestant, path, reading }
  })
  return { shots, screenCount: screens.length }
}
