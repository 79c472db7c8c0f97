/** The paint bench's command line. Refuses what it does not know. */
import { parseArgs } from 'node:util'

export const PAINT_USAGE = `Usage: npm run bench:paint -- [options]

  --people N  how many sign in one after the other, 40 unless told otherwise; each is five changes of state
  --quick     three people; shows that the bench works, its numbers mean little
  --json      ends with one JSON line
  --help`

export type PaintOptions = {
  people: number
  /** The shell starts anew before every so many of them. */
  peoplePerStart: number
  /** Loads of our page and of the bare one. */
  pageLoads: number
  /** Changes of state pushed into each of them. */
  pagePushes: number
  json: boolean
}

/**
 * @returns null where help was asked for
 * @throws TypeError saying what is wrong
 */
export function readPaintOptions(args: readonly string[]): PaintOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      people: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  if (values.quick && values.people !== undefined) throw new TypeError('--quick is three people: leave --people out')
  const people = Number(values.people ?? (values.quick ? 3 : 40))
  if (!Number.isInteger(people) || people < 1) {
    throw new TypeError(`--people wants a whole number from 1, not "${values.people}"`)
  }
  const amount = values.quick ? { pageLoads: 3, pagePushes: 10 } : { pageLoads: 15, pagePushes: 100 }
  // Each start costs a code, and a kiosk that asks for too many has to wait.
  return { people, peoplePerStart: values.quick ? 3 : 4, ...amount, json: values.json }
}
