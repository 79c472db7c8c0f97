/** `kioskctl audit verify`: whether anything of a trail was removed, changed or put back, and where. Needs no helper, mends nothing. */
import { parseArgs } from 'node:util'
import { type BundleIo, EXIT, UsageError } from '../bundle/bundle-io.ts'
import { findTrail } from './audit-place.ts'
import type { ChainFault } from './chain-report.ts'
import { type GivenHead, readGivenHead } from './given-head.ts'
import { type JudgedTrail, judgeTrail } from './judge-trail.ts'

export const VERIFY_USAGE = `  audit verify [--head JWS|FILE [--ca FILE] [--from-head]] [--state-dir DIR] [--json]
                         whether lines of the audit trail are missing, changed or older than the head that was
                         kept elsewhere; exit code 1 for a fault. --from-head leaves out what was found before it`

const OPTIONS = {
  head: { type: 'string' },
  ca: { type: 'string' },
  'from-head': { type: 'boolean', default: false },
  'state-dir': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

function describeFault({ kind, file, line, sequence, what }: ChainFault): string {
  const where = file === null ? 'the trail' : `${file}${line === null ? '' : `:${line}`}`
  return `✗ ${where}${sequence === null ? '' : ` (line ${sequence})`} ${kind}: ${what}`
}

/** What a given head proves, and what it does not. */
function describeHead({ head, vouching }: GivenHead): string {
  const what = `compared with the head of line ${head.sequence}`
  if (vouching.kind === 'unsigned') return `${what}, which is not signed: it is worth as much as where it was kept`
  const who = `signed with the device certificate ${vouching.fingerprint}`
  return vouching.isOfFleet
    ? `${what}, ${who}`
    : `${what}, ${who}; give the fleet’s authority with --ca to have that checked`
}

function report({ faults, notes, lines, fileCount }: JudgedTrail, given: GivenHead | null): string {
  const first = lines[0]?.record
  const last = lines.at(-1)
  const span =
    first && last
      ? `lines ${first.sequence} to ${last.record.sequence}, ${first.at} to ${last.record.at}, in ${fileCount} file${fileCount === 1 ? '' : 's'}`
      : 'no line that can be read'
  const words = faults.length === 0 ? 'no fault' : `${faults.length} fault${faults.length === 1 ? '' : 's'}`
  return [
    ...faults.map(describeFault),
    ...notes.map(({ what }) => `· ${what}`),
    ...(given ? [`· ${describeHead(given)}`] : []),
    ...(last ? [`· the newest line’s hash is ${last.hash}`] : []),
    `${span}: ${words}`,
    ...(faults.length === 0
      ? []
      : ['→ Copy the state folder as it is before anything else, and look for who could write to it.']),
  ].join('\n')
}

export async function runVerify(args: readonly string[], { print }: BundleIo): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  if (values.ca !== undefined && values.head === undefined)
    throw new UsageError('--ca is for the certificate of --head')
  if (values['from-head'] && values.head === undefined) throw new UsageError('--from-head needs --head')
  const { folder, found } = await findTrail(values['state-dir'])
  const given = values.head === undefined ? null : await readGivenHead(values.head, values.ca ?? null)
  const judged = judgeTrail(found, given?.head ?? null, { fromHead: values['from-head'] })
  const { faults, notes, lines, fileCount, head } = judged
  const isWell = faults.length === 0
  if (values.json) {
    const [first, last] = [lines[0]?.record, lines.at(-1)?.record]
    const span = { lines: lines.length, files: fileCount, from: first?.at ?? null, until: last?.at ?? null }
    const firstSequence = first?.sequence ?? null
    print(JSON.stringify({ ok: isWell, folder, faults, notes, ...span, firstSequence, head, comparedWith: given }))
  } else print(report(judged, given))
  return isWell ? EXIT.done : EXIT.failed
}
