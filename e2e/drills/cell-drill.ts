/** Plays every change in every state, some kiosks at once, and writes the table into its page. Judges no cell itself. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Cleanups, createCleanups } from '../../demo/cleanups.ts'

type Cell<State, Change> = { state: State; change: Change }

export type PlayedCell<State, Change, Seen> = Cell<State, Change> &
  ({ kind: 'seen'; seen: Seen } | { kind: 'broken'; why: string })

export type CellDrill<State extends string, Change extends string, Seen> = {
  /** As in `npm run <name>:drill`, and in the marks around the table in `page`. */
  name: string
  /** Below docs/. */
  page: string
  states: readonly State[]
  changes: readonly Change[]
  /** What `--quick` plays. */
  quick: readonly Cell<State, Change>[]
  play(cleanups: Cleanups, state: State, change: Change): Promise<Seen>
  isAsExpected(cell: PlayedCell<State, Change, Seen>): boolean
  /** As Markdown. */
  describe(cells: readonly PlayedCell<State, Change, Seen>[]): string
}

const nameOf = ({ state, change }: Cell<string, string>) => `${state} × ${change}`
const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

async function writeTable({ name, page }: { name: string; page: string }, table: string): Promise<void> {
  const path = join(import.meta.dirname, '..', '..', 'docs', page)
  const [start, end] = [`<!-- ${name}-drill -->`, `<!-- ${name}-drill end -->`]
  const text = await readFile(path, 'utf8')
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/${page} has no place for the table: ${start} … ${end}`)
  await writeFile(path, `${text.slice(0, from)}${start}\n${table}\n${text.slice(to)}`)
}

/** @returns the table where all is as expected */
async function playAll<State extends string, Change extends string, Seen>(
  drill: CellDrill<State, Change, Seen>,
  cells: readonly Cell<State, Change>[],
  lanes: number,
): Promise<string | null> {
  const left = [...cells]
  const played = new Map<string, PlayedCell<State, Change, Seen>>()
  async function playCell({ state, change }: Cell<State, Change>): Promise<PlayedCell<State, Change, Seen>> {
    const cleanups = createCleanups()
    try {
      return { state, change, kind: 'seen', seen: await drill.play(cleanups, state, change) }
    } catch (error) {
      return { state, change, kind: 'broken', why: wordsOf(error) }
    } finally {
      await cleanups.run()
    }
  }
  async function playLane(): Promise<void> {
    for (let cell = left.shift(); cell; cell = left.shift()) {
      const outcome = await playCell(cell)
      played.set(nameOf(cell), outcome)
      const word = drill.isAsExpected(outcome)
        ? 'ok'
        : outcome.kind === 'broken'
          ? `BROKEN ${outcome.why}`
          : 'OTHERWISE'
      process.stderr.write(`${word}  ${nameOf(cell)}\n`)
    }
  }
  await Promise.all(Array.from({ length: lanes }, playLane))
  const inOrder = cells.flatMap((cell) => played.get(nameOf(cell)) ?? [])
  const good = inOrder.filter(drill.isAsExpected).length
  const table = drill.describe(inOrder)
  process.stdout.write(`${table}\n\n${good} as expected, ${inOrder.length - good} not\n`)
  return good === inOrder.length && good > 0 ? table : null
}

type UsageParts = Pick<CellDrill<string, string, unknown>, 'name' | 'page' | 'quick'>

function usageOf({ name, page, quick: [example] }: UsageParts): string {
  return `Usage: npm run ${name}:drill -- [options]

  --quick        the few cells that "npm test" plays
  --only WORDS   the cells whose names hold these words, such as "${example?.state}" or "${example && nameOf(example)}"
  --lanes N      kiosks at once (default 3)
  --write        puts the table into docs/${page}, where all is as expected`
}

/** The whole program: reads its arguments, plays, and ends the process with 0, 1 for a cell that went otherwise, or 2. */
export async function runCellDrill<State extends string, Change extends string, Seen>(
  drill: CellDrill<State, Change, Seen>,
): Promise<never> {
  const { name, states, changes, quick } = drill
  const usage = usageOf(drill)
  const all = states.flatMap((state) => changes.map((change) => ({ state, change })))
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        lanes: { type: 'string', default: '3' },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const lanes = Number(values.lanes)
    if (!Number.isInteger(lanes) || lanes < 1 || lanes > 8)
      throw new TypeError('--lanes takes a whole number from 1 to 8')
    const cells = (values.quick ? quick : all).filter((cell) => nameOf(cell).includes(values.only))
    if (values.help) {
      process.stdout.write(`${usage}\n`)
    } else {
      const table = await playAll(drill, cells, lanes)
      if (table === null) process.exitCode = 1
      else if (values.write && cells.length === all.length) await writeTable(drill, table)
    }
  } catch (error) {
    process.stderr.write(`${name} drill: ${wordsOf(error)}\n\n${usage}\n`)
    process.exitCode = 2
  }
  // Whatever a broken cell has left open must not keep the run from ending.
  process.exit()
}
