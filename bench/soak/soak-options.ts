/** The soak's command line. Refuses what it does not know. */
import { parseArgs } from 'node:util'

export const SOAK_USAGE = `Usage: npm run soak -- [options]

  --minutes N  how long, 30 unless told otherwise
  --quick      one minute; shows that the soak works, its slopes mean nothing
  --seed N     of faults and people; the same seed draws the same, as far as the timing is the same
  --json       ends with one JSON line
  --help`

const DEFAULT_MINUTES = 30
const QUICK_MINUTES = 1
const DEFAULT_SEED = 8628

export type SoakOptions = { minutes: number; seed: number; json: boolean }

function readNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!(value > 0)) throw new TypeError(`--${name} wants a number above 0, not "${text}"`)
  return value
}

/**
 * @returns null where help was asked for
 * @throws TypeError saying what is wrong
 */
export function readSoakOptions(args: readonly string[]): SoakOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string' },
      quick: { type: 'boolean', default: false },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  if (values.quick && values.minutes !== undefined) throw new TypeError('--quick is one minute: leave --minutes out')
  const minutes = readNumber('minutes', values.minutes, values.quick ? QUICK_MINUTES : DEFAULT_MINUTES)
  return { minutes, seed: readNumber('seed', values.seed, DEFAULT_SEED), json: values.json }
}
