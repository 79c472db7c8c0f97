/** What the command line of the chaos run says. */
import { parseArgs } from 'node:util'
import { VICTIM_NAMES, type VictimName } from './victims.ts'

export const CHAOS_USAGE = `Usage: npm run e2e:chaos -- [options]

  --quick        8 kills, as "npm test" plays them
  --kills N      how many (default 50)
  --only VICTIM  one of ${VICTIM_NAMES.join(', ')}
  --seed N       the same victims at the same moments again (default: a new seed, which is printed)`

export type ChaosOptions = { kills: number; only: VictimName | null; seed: number }

/** @returns null for a call for help; @throws TypeError for a wrong use */
export function readChaosOptions(args: string[]): ChaosOptions | null {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      kills: { type: 'string' },
      only: { type: 'string' },
      seed: { type: 'string', default: `${Math.floor(Math.random() * 2 ** 31)}` },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return null
  const seed = Number(values.seed)
  const kills = Number(values.kills ?? (values.quick ? 8 : 50))
  if (!Number.isSafeInteger(seed)) throw new TypeError('--seed takes a whole number')
  if (!Number.isInteger(kills) || kills < 1) throw new TypeError('--kills takes a whole number from 1')
  const only = VICTIM_NAMES.find((name) => name === values.only) ?? null
  if (values.only !== undefined && only === null) {
    throw new TypeError(`--only takes one of ${VICTIM_NAMES.join(', ')}`)
  }
  return { kills, only, seed }
}
