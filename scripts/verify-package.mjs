/** `npm run verify:package [path]`: fuses and contents of every packaged application below `release/`. Fails where it finds none. */
import { join, relative, resolve } from 'node:path'
import { FUSES } from './fuse-list.mjs'
import { findPackageFaults } from './package-checks.mjs'
import { findPackages } from './package-files.mjs'

const ROOT = join(import.meta.dirname, '..')
const path = resolve(process.argv[2] ?? join(ROOT, 'release'))
const packages = findPackages(path)

let faultCount = 0
for (const found of packages) {
  const faults = await findPackageFaults(found)
  faultCount += faults.length
  const name = relative(process.cwd(), found.folder) || '.'
  for (const fault of faults) console.error(`verify:package: ${name}: ${fault}`)
  if (faults.length === 0) console.log(`verify:package: ${name}: ${FUSES.length} fuses as listed, contents in order`)
}
if (packages.length === 0) {
  console.error(`verify:package: no packaged application in ${path}: run "npm run package" first, or name its folder`)
}
process.exitCode = packages.length > 0 && faultCount === 0 ? 0 : 1
