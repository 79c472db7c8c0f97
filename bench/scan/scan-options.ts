/** The scan bench's command line. Refuses what it does not know. */
import { parseArgs } from 'node:util'

export const SCAN_USAGE = `Usage: npm run bench:scan -- [options]

  --quick    two screens and a few everyday photos of each; shows that the bench works
  --sheet    also writes docs/images/scan-samples.jpg
  --keep DIR keeps screenshots and photos in this folder
  --seed N   of hands, lamps and noise, 1 unless told otherwise
  --json     ends with one JSON line
  --help`

export type ScanOptions = { quick: boolean; sheet: boolean; keepFolder: string | null; seed: number; json: boolean }

/**
 * @returns null where help was asked for
 * @throws TypeError saying what is wrong
 */
export function readScanOptions(args: readonly string[]): ScanOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      sheet: { type: 'boolean', default: false },
      keep: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  if (values.quick && values.sheet) throw new TypeError('--quick takes too few photos for a sheet')
  const seed = Number(values.seed)
  if (!Number.isInteger(seed) || seed < 0) throw new TypeError(`--seed takes a whole number, not "${values.seed}"`)
  const { quick, sheet, keep = null, json } = values
  return { quick, sheet, keepFolder: keep, seed, json }
}
