/** The gateway bench's command line. Refuses what it does not know. */
import { parseArgs } from 'node:util'

export const GATEWAY_BENCH_USAGE = `Usage: npm run bench:gateway -- [options]

  --quick  a moment of each; shows that the bench works, its numbers mean little
  --help

The last line of the output is the report as JSON.`

export type GatewayBenchOptions = {
  rounds: number
  /** Polls on one connection that stands, in each round and way. */
  keptPolls: number
  /** Polls each on a connection of its own. */
  freshPolls: number
  throughputSeconds: number
  /** Who poll at once, each with a certificate and a connection of its own. */
  devices: number
}

const FULL: GatewayBenchOptions = { rounds: 9, keptPolls: 500, freshPolls: 60, throughputSeconds: 2, devices: 16 }
const QUICK: GatewayBenchOptions = { rounds: 1, keptPolls: 20, freshPolls: 3, throughputSeconds: 0.2, devices: 4 }

/**
 * @returns null where help was asked for
 * @throws TypeError saying what is wrong
 */
export function readGatewayOptions(args: readonly string[]): GatewayBenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  if (values.help) return null
  return values.quick ? QUICK : FULL
}
