/** What the command line of the drills says. */
import { parseArgs } from 'node:util'

export const DRILL_USAGE = `Usage: npm run vault:drill -- [options]

  --quick        each drill once or a few times, as "npm test" plays them
  --only WORDS   the drills whose names hold these words
  --seed N       the same random moments again (default: a new seed, which is printed)
  --lanes N      kiosks at once (default 2)`

export type DrillOptions = { quick: boolean; only: string; seed: number; lanes: number }

/** @returns null for a call for help; @throws TypeError for a wrong use */
export function readDrillOptions(args: string[]): DrillOptions | null {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      seed: { type: 'string', default: `${Math.floor(Math.random() * 2 ** 31)}` },
      lanes: { type: 'string', default: '2' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return null
  const [seed, lanes] = [Number(values.seed), Number(values.lanes)]
  if (!Number.isSafeInteger(seed)) throw new TypeError('--seed takes a whole number')
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > 8)
    throw new TypeError('--lanes takes a whole number from 1 to 8')
  return { quick: values.quick, only: values.only, seed, lanes }
}
