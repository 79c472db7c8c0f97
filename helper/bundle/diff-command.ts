/** `kioskctl bundle diff`: what another bundle changes, and what it does to a running kiosk. Reads two bundles, changes none. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { effectOfChange } from '../config/change-effects.ts'
import { type BundleIo, EXIT, UsageError } from './bundle-io.ts'
import { CONSEQUENCES, describeChange } from './describe-change.ts'
import { judgeSignature, readSignedVersion } from './judge-signature.ts'
import { readGivenBundle } from './read-given-bundle.ts'

export const DIFF_USAGE = `  bundle diff BEFORE AFTER [--json]
                         what changed between two bundles, and what that does to a running kiosk`

/** Why two bundles cannot be compared, or null. */
type Reading = { config: KioskConfig; refusal: null } | { config: null; refusal: string }

async function readConfig(folder: string): Promise<Reading> {
  const reading = await readGivenBundle(folder)
  if (reading.ok) return { config: reading.bundle.config, refusal: null }
  const [first] = reading.problems
  if (first?.code === 'bundle-missing') {
    return { config: null, refusal: `${first.where} ${first.what} → ${first.remedy}` }
  }
  const count = reading.problems.length
  const faults = `${count} fault${count === 1 ? '' : 's'}`
  return { config: null, refusal: `${folder} has ${faults}: run "kioskctl bundle check" on it first` }
}

/** What keeps a kiosk from taking the second bundle, as far as the bundles themselves tell. */
async function signatureDoubts(before: string, after: string): Promise<string[]> {
  const stale = await judgeSignature(after)
  const [old, fresh] = [await readSignedVersion(before), await readSignedVersion(after)]
  const doubts = stale.map(({ path, what, remedy }) => `${join(after, path)} ${what} → ${remedy}`)
  if (old !== null && fresh === null && stale.length === 0) {
    doubts.push(`${after} is not signed, and ${before} is → Sign it with a version above ${old}.`)
  }
  if (old !== null && fresh !== null && fresh <= old) {
    doubts.push(`${after} has the version ${fresh}, and ${before} has ${old} → Sign it with a version above ${old}.`)
  }
  return doubts
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
  const before = await readConfig(one)
  const after = await readConfig(other)
  const refusals = [before, after].flatMap(({ refusal }) => refusal ?? [])
  if (!before.config || !after.config) {
    if (values.json) io.print(JSON.stringify({ ok: false, problems: refusals }))
    else for (const refusal of refusals) io.complain(`✗ ${refusal}`)
    return EXIT.failed
  }
  const changed = await changedFiles([one, other], [before.config, after.config])
  const effect = effectOfChange(before.config, after.config, changed)
  const doubts = effect.paths.length > 0 ? await signatureDoubts(one, other) : []
  if (values.json) {
    const paths = effect.paths.map((path) => ({ ...path, consequence: CONSEQUENCES[path.kind] }))
    io.print(JSON.stringify({ kind: effect.kind, consequence: CONSEQUENCES[effect.kind], paths, doubts }))
  } else {
    for (const line of describeChange(effect)) io.print(line)
    for (const doubt of doubts) io.print(`! ${doubt}`)
  }
  return EXIT.done
}
