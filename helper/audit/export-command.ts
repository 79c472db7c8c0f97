/** `kioskctl audit export`: a span of the trail as JSON lines or CSV, for those who keep records. Never writes over a file. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type BundleIo, EXIT, RefusedError, UsageError } from '../bundle/bundle-io.ts'
import type { AuditLine } from './audit-line.ts'
import { findTrail } from './audit-place.ts'
import { CSV_HEADER, exportCsv, exportJson } from './export-record.ts'
import { judgeTrail } from './judge-trail.ts'

export const EXPORT_USAGE = `  audit export [--from TIME] [--until TIME] [--csv] [--out FILE] [--state-dir DIR]
                         the audit trail as JSON lines or CSV, from one moment to before another: a date or an
                         ISO 8601 time in UTC; exit code 1, and all that can be read, where the trail has a fault`

const OPTIONS = {
  from: { type: 'string' },
  until: { type: 'string' },
  csv: { type: 'boolean', default: false },
  out: { type: 'string' },
  'state-dir': { type: 'string' },
} as const

/** A date is its first moment in UTC. */
const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** @throws UsageError for what is no moment */
function readTime(given: string | undefined, option: string, otherwise: number): number {
  if (given === undefined) return otherwise
  const epochMs = TIME.test(given) ? Date.parse(given) : Number.NaN
  if (Number.isNaN(epochMs)) throw new UsageError(`${option} takes 2026-11-22 or 2026-11-22T08:00:00Z, not "${given}"`)
  return epochMs
}

async function writeNew(path: string, content: string): Promise<void> {
  await writeFile(path, content, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'EEXIST' ? 'is there already, and is not overwritten' : `cannot be written (${error.code})`
    throw new RefusedError(`${path} ${why}`)
  })
}

export async function runExport(args: readonly string[], { print, complain }: BundleIo): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  const from = readTime(values.from, '--from', Number.NEGATIVE_INFINITY)
  const until = readTime(values.until, '--until', Number.POSITIVE_INFINITY)
  if (from >= until) throw new UsageError('--from must be before --until')
  const { found } = await findTrail(values['state-dir'])
  const { lines, faults } = judgeTrail(found, null)
  const isWanted = ({ record }: AuditLine) => Date.parse(record.at) >= from && Date.parse(record.at) < until
  const wanted = lines.filter(isWanted).toSorted((one, other) => one.record.sequence - other.record.sequence)
  const rows = values.csv ? [CSV_HEADER, ...wanted.map(exportCsv)] : wanted.map(exportJson)
  if (values.out === undefined) {
    if (rows.length > 0) print(rows.join('\n'))
  } else {
    await writeNew(resolve(values.out), rows.map((row) => `${row}\n`).join(''))
    print(`${wanted.length} lines in ${values.out}`)
  }
  if (faults.length === 0) return EXIT.done
  complain(
    `kioskctl audit: the trail has ${faults.length} faults, which "kioskctl audit verify" names; what can be read was exported`,
  )
  return EXIT.failed
}
