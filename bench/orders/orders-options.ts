/** The orders bench's command line. Refuses what it does not know. */
import { parseArgs } from 'node:util'

export const ORDERS_BENCH_USAGE = `Usage: npm run bench:orders -- [options]

  --quick    a few kiosks and one round, to see that it runs
  --help     this text`

export type OrdersBenchOptions = {
  /** Besides the real one. */
  simulatedKiosks: number
  /** Each a revoke of the whole fleet. */
  rounds: number
  /** How long the real kiosk's idle connection is looked at. */
  idleSeconds: number
}

const FULL: OrdersBenchOptions = { simulatedKiosks: 999, rounds: 15, idleSeconds: 60 }
const QUICK: OrdersBenchOptions = { simulatedKiosks: 9, rounds: 1, idleSeconds: 1 }

/** @returns null where help is asked for. @throws TypeError for what is not an option */
export function readOrdersOptions(args: readonly string[]): OrdersBenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  if (values.help) return null
  return values.quick ? QUICK : FULL
}
