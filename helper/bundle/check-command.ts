/** `kioskctl bundle check`: one line for every fault of a bundle. Changes nothing. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readHelperEnvironment } from '../config/helper-environment.ts'
import { type BundleIo, EXIT, UsageError } from './bundle-io.ts'
import { type BundleFinding, checkBundle } from './check-bundle.ts'

export const CHECK_USAGE = `  bundle check [FOLDER] [--device ID] [--strict] [--json]
                         every fault of a bundle in a line of its own, with its place and what to do`

const SIGNS = { fault: '✗', warning: '!' } as const

function placeOf({ file, path, line }: BundleFinding): string {
  const name = file === '.' ? 'the folder' : file
  return [line === null ? name : `${name}:${line}`, path].filter(Boolean).join(' ')
}

/** One line, whatever a file's name or a setting holds. */
export function describeFinding(finding: BundleFinding): string {
  const { kind, what, remedy } = finding
  return `${SIGNS[kind]} ${placeOf(finding)} ${what} → ${remedy}`.replace(/\p{Cc}+/gu, ' ')
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

export async function runCheck(args: readonly string[], { print }: BundleIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { device: { type: 'string' }, strict: { type: 'boolean' }, json: { type: 'boolean' } },
  })
  const [given, ...more] = positionals
  if (more.length > 0) throw new UsageError('give one folder')
  const folder = resolve(given ?? readHelperEnvironment(process.env).bundleFolder)
  const { findings, modes } = await checkBundle(folder, values.device ?? null)
  const faults = findings.filter(({ kind }) => kind === 'fault')
  const warnings = findings.filter(({ kind }) => kind === 'warning')
  const isGood = faults.length === 0 && !(values.strict && warnings.length > 0)
  if (values.json) {
    const plain = (list: readonly BundleFinding[]) => list.map(({ kind: _kind, ...finding }) => finding)
    print(JSON.stringify({ folder, ok: isGood, faults: plain(faults), warnings: plain(warnings), modes }))
  } else {
    for (const finding of findings) print(describeFinding(finding))
    if (modes === 'not-checked') print('! who may change the files is not checked on Windows')
    print(`${isGood ? '✓' : '✗'} ${folder}: ${count(faults.length, 'fault')}, ${count(warnings.length, 'warning')}`)
  }
  return isGood ? EXIT.done : EXIT.failed
}
