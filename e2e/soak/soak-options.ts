/** What the command line of the shell's soak says. */
import { parseArgs } from 'node:util'

export const SOAK_USAGE = `Usage: npm run e2e:soak -- [options]

  --quick      6 cycles, as "npm test" plays them: too few to judge a slope
  --cycles N   how many (default 300, half an hour)`

export type SoakOptions = { cycles: number }

/** @returns null for a call for help; @throws TypeError for a wrong use */
export function readSoakOptions(args: string[]): SoakOptions | null {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      cycles: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return null
  const cycles = Number(values.cycles ?? (values.quick ? 6 : 300))
  if (!Number.isInteger(cycles) || cycles < 1) throw new TypeError('--cycles takes a whole number from 1')
  return { cycles }
}
