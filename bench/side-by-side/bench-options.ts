/** The bench's command line. Refuses what it does not know. */
import { parseArgs } from 'node:util'

export const BENCH_USAGE = `Usage: npm run bench -- [options]

  --json      ends with one JSON line
  --quick     a little of everything, in less than a minute; the numbers mean nothing
  --out FILE  writes the JSON to a file, too
  --publish   writes docs/bench.json and the charts in docs/images/
  --help`

export type BenchOptions = { json: boolean; quick: boolean; publish: boolean; outPath: string | null }

/**
 * @returns null where help was asked for
 * @throws TypeError saying what is wrong
 */
export function readBenchOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  if (values.publish && values.quick) throw new TypeError('--quick measures nothing worth publishing')
  const { json, quick, publish, out = null } = values
  return { json, quick, publish, outPath: out }
}
