/** What the readers made of the photos, as numbers and as tables. Pure. */
import { round } from '../side-by-side/statistics.ts'
import { table } from '../side-by-side/text-table.ts'
import type { Reading } from './decoders.ts'
import type { Cell } from './grid.ts'
import type { Screen } from './screens.ts'
import type { Contestant } from './take-screenshots.ts'

/** `either` is what is scored: what one of two readers finds is in the picture, and a phone looks at thirty pictures a second. */
type Tally = { of: number; either: number; both: number; zbar: number; jsQr: number }

type Judged = { screenIndex: number; cellIndex: number; contestant: Contestant; reading: Reading }

type ContestantReport = {
  all: Tally
  everyday: Tally
  hard: Tally
  byCell: { factor: string; level: string; everyday: boolean; tally: Tally }[]
  byScreen: { screen: string; tally: Tally }[]
}

export type ScanReport = {
  photos: number
  contestants: Partial<Record<Contestant, ContestantReport>>
  /** Points of a hundred by which ours is ahead of the plain one, over the whole grid. */
  aheadPoints: number
  plainFailsPercent: number
  everydayPercent: number
}

const SCORES: readonly (keyof Omit<Tally, 'of'>)[] = ['either', 'both', 'zbar', 'jsQr']

function tallyOf(shots: readonly Judged[]): Tally {
  const count = (passes: (reading: Reading) => boolean) => shots.filter(({ reading }) => passes(reading)).length
  return {
    of: shots.length,
    either: count(({ zbar, jsQr }) => zbar || jsQr),
    both: count(({ zbar, jsQr }) => zbar && jsQr),
    zbar: count(({ zbar }) => zbar),
    jsQr: count(({ jsQr }) => jsQr),
  }
}

const percentOf = ({ either, of }: Pick<Tally, 'either' | 'of'>): number => round((100 * either) / of, 1)

function reportOn(shots: readonly Judged[], cells: readonly Cell[], screens: readonly Screen[]): ContestantReport {
  const where = (passes: (shot: Judged) => boolean) => tallyOf(shots.filter(passes))
  const isEveryday = ({ cellIndex }: Judged) => cells[cellIndex]?.everyday === true
  return {
    all: tallyOf(shots),
    everyday: where(isEveryday),
    hard: where((shot) => !isEveryday(shot)),
    byCell: [...cells.entries()]
      .map(([index, { factor, level, everyday }]) => {
        return { factor, level, everyday, tally: where(({ cellIndex }) => cellIndex === index) }
      })
      .filter(({ tally }) => tally.of > 0),
    byScreen: [...screens.entries()]
      .map(([index, { name }]) => ({ screen: name, tally: where(({ screenIndex }) => screenIndex === index) }))
      .filter(({ tally }) => tally.of > 0),
  }
}

export function makeScanReport(
  shots: readonly Judged[],
  cells: readonly Cell[],
  screens: readonly Screen[],
): ScanReport {
  const byContestant = Object.groupBy(shots, ({ contestant }) => contestant)
  const contestants = Object.fromEntries(
    Object.entries(byContestant).map(([name, own = []]) => [name, reportOn(own, cells, screens)]),
  ) as ScanReport['contestants']
  const shareOf = (name: Contestant, half: 'all' | 'everyday') => {
    const { either, of } = contestants[name]?.[half] ?? { either: Number.NaN, of: 1 }
    return (100 * either) / of
  }
  return {
    photos: shots.length,
    contestants,
    aheadPoints: round(shareOf('ours', 'all') - shareOf('plain', 'all'), 1),
    plainFailsPercent: round(100 - shareOf('plain', 'all'), 1),
    everydayPercent: round(shareOf('ours', 'everyday'), 1),
  }
}

export function describeScan({ contestants, ...report }: ScanReport): string {
  const entries = Object.entries(contestants)
  const halves = entries.flatMap(([name, { everyday, hard, all }]) =>
    Object.entries({ everyday, hard, all }).map(([half, tally]) => [
      `${name}, ${half}`,
      tally.of,
      ...SCORES.map((score) => `${percentOf({ either: tally[score], of: tally.of })} %`),
    ]),
  )
  const names = entries.map(([name]) => name)
  const counts = (tallies: readonly (Tally | undefined)[]) => tallies.map((tally) => `${tally?.either} of ${tally?.of}`)
  const [first] = entries
  const cellRows = (first?.[1].byCell ?? []).map(({ factor, level, everyday }, index) => [
    `${everyday ? 'everyday' : 'hard    '}  ${factor}, ${level}`,
    ...counts(entries.map(([, { byCell }]) => byCell[index]?.tally)),
  ])
  const screenRows = (first?.[1].byScreen ?? []).map(({ screen }, index) => [
    screen,
    ...counts(entries.map(([, { byScreen }]) => byScreen[index]?.tally)),
  ])
  return [
    table('Read by either, which is the score; by both; by zbar; by jsQR', [['', 'photos', ...SCORES], ...halves]),
    table('By condition, read by either', [['', ...names], ...cellRows]),
    table('By screen, read by either', [['', ...names], ...screenRows]),
    `Ours is ${report.aheadPoints} points ahead of the plain code, which fails ${report.plainFailsPercent} % of the grid; everyday: ${report.everydayPercent} %.`,
    '',
  ].join('\n')
}
