/** `kioskctl bundle diff`: what another bundle changes, and what it does to a running kiosk. Reads two bundles, changes none. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { effectOfChange } from '../config/change-effects.ts'
import { readBundle } from '../config/read-bundle.ts'
import { type BundleIo, EXIT, UsageError } from './bundle-io.ts'
import { CONSEQUENCES, describeChange } from './describe-change.ts'

export const DIFF_USAGE = `  bundle diff BEFORE AFTER [--json]
                         what changed between two bundles, and what that does to a running kiosk`

async function readConfig(folder: string, { complain }: BundleIo): Promise<KioskConfig | null> {
  const reading = await readBundle(folder)
  if (reading.ok) return reading.bundle.config
  const count = reading.problems.length
  complain(`✗ ${folder} has ${count} fault${count === 1 ? '' : 's'}: run "kioskctl bundle check" on it first`)
  return null
}

function namesOf({ brand, network }: KioskConfig): string[] {
  return [...(brand.logo === undefined ? [] : [brand.logo]), ...network.trustedCaFiles]
}

/** A file that cannot be read differs from one that can. */
async function differ(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((path) => readFile(path).catch(() => null)))
  return first && second ? !first.equals(second) : first !== second
}

async function changedFiles(folders: readonly [string, string], configs: readonly [KioskConfig, KioskConfig]) {
  const [before, after] = folders
  const named = namesOf(configs[0]).filter((name) => namesOf(configs[1]).includes(name))
  const changed = []
  for (const name of new Set(named)) if (await differ(join(before, name), join(after, name))) changed.push(name)
  return changed
}

export async function runDiff(args: readonly string[], io: BundleIo): Promise<number> {
  const options = { json: { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
  const [one, other, ...more] = positionals.map((folder) => resolve(folder))
  if (one === undefined || other === undefined || more.length > 0) throw new UsageError('give two folders')
  const before = await readConfig(one, io)
  const after = await readConfig(other, io)
  if (!before || !after) return EXIT.failed
  const effect = effectOfChange(before, after, await changedFiles([one, other], [before, after]))
  if (values.json) {
    const paths = effect.paths.map((path) => ({ ...path, consequence: CONSEQUENCES[path.kind] }))
    io.print(JSON.stringify({ kind: effect.kind, consequence: CONSEQUENCES[effect.kind], paths }))
  } else {
    for (const line of describeChange(effect)) io.print(line)
  }
  return EXIT.done
}
