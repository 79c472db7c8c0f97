/** What a package holds of other people's work: the notices that go with it, and its bill of materials. Never lists what is not shipped. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { licencePlace, licenceText, supervisorPackages } from './supervisor-tree.mjs'

const ROOT = join(import.meta.dirname, '..', '..')

/** How the lists of the operator's programs begin, which no kiosk gets. */
const NOT_SHIPPED = 'fleet-'

const readPackage = (path) => JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'))

/** What Vite put into helper, shell and page. */
function bundledPackages() {
  const folder = join(ROOT, 'dist', 'bundled')
  if (!existsSync(folder)) throw new Error('nothing is built: run "npm run build" first')
  const all = readdirSync(folder)
    .filter((name) => !name.startsWith(NOT_SHIPPED))
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  const byName = new Map(
    all.map(({ name, version, identifier, text }) => [name, { name, version, licence: identifier, text }]),
  )
  return [...byName.values()].sort((one, other) => one.name.localeCompare(other.name, 'en'))
}

function wholePackage(path, where) {
  const { name, version, license } = readPackage(path)
  return { name, version, licence: license, text: licenceText(path), where }
}

/** What lies beside the bundles as npm installed it. */
function loosePackages() {
  const scope = join('node_modules', '@napi-rs')
  const keychains = existsSync(join(ROOT, scope)) ? readdirSync(join(ROOT, scope)) : []
  const paths = ['node_modules/keytar', ...keychains.map((name) => `${scope}/${name}`)]
  return paths.filter((path) => existsSync(join(ROOT, path))).map((path) => wholePackage(path, 'helper/node_modules'))
}

function describe({ name, version, licence, text, where }) {
  const place = where === undefined ? '' : ` (${where})`
  const head = `## ${name} ${version}: ${licence}${place}`
  return text ? `${head}\n\n${text.trim().replace(/^/gm, '    ')}\n` : `${head}\n`
}

/** @param {string} runtime `electron`, or what a test-only package has in its place */
export function writeNotices(runtime) {
  const pm2 = readPackage('node_modules/pm2')
  const supervisor = supervisorPackages().map((each) => {
    const place = licencePlace(each)
    return `- ${each.name} ${each.version}: ${each.licence}${place === null ? '' : ` (${place})`}`
  })
  return [
    '# Third-party software in this package',
    '',
    `Node.js comes with its licences in \`node/LICENSE\`; ${runtime}`,
    '',
    `PM2 ${pm2.version} is licensed under AGPL-3.0. It is a separate program, shipped unmodified as published on npm, in \`pm2/node_modules/pm2\``,
    'with its licence (`GNU-AGPL-3.0.txt`). What is shipped is its source; it is also at https://github.com/Unitech/pm2. None of its code runs',
    'in a process of the kiosk’s own. The packages that it depends on lie beside it, each with its licence where nothing else is said, without manuals, types and maps:',
    '',
    ...supervisor,
    '',
    'Built into the kiosk’s own programs, or beside them:',
    '',
    ...[...bundledPackages(), ...loosePackages()].map(describe),
  ].join('\n')
}

/** A random number from what it is of, so that the same sources give the same file. */
function serialNumberOf(text) {
  const hex = createHash('sha256').update(text).digest('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)]
  return `urn:uuid:${parts.join('-')}`
}

/**
 * A runtime of another platform, which npm has not installed here and so leaves out of its bill.
 *
 * @throws Error where the lock file does not know it either
 */
function lockedComponent(name) {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  const version = lock.packages[`node_modules/${name}`]?.version
  if (version === undefined) throw new Error(`package-lock.json does not know ${name}, which is shipped`)
  return { 'bom-ref': `${name}@${version}`, type: 'library', name, version, purl: `pkg:npm/${name}@${version}` }
}

/**
 * npm's own bill of materials (CycloneDX), cut down to what is shipped.
 *
 * @param {{ version: string, builtAtEpochSeconds: number, runtimes: readonly string[] }} of
 *   the build, and the packages of npm that bring Node and Electron
 */
export function writeBillOfMaterials({ version, builtAtEpochSeconds, runtimes }) {
  const isWindows = process.platform === 'win32'
  const { status, stdout, stderr } = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: isWindows,
  })
  if (status !== 0) throw new Error(`npm sbom failed: ${stderr}`)
  const listed = JSON.parse(stdout)
  const unlisted = runtimes.filter((runtime) => !listed.components.some(({ name }) => name === runtime))
  const bill = { ...listed, components: [...listed.components, ...unlisted.map(lockedComponent)] }
  const shipped = new Set([
    ...[...bundledPackages(), ...loosePackages(), ...supervisorPackages()].map(
      ({ name, version: of }) => `${name}@${of}`,
    ),
    ...bill.components.filter(({ name }) => runtimes.includes(name)).map((component) => component['bom-ref']),
  ])
  const components = bill.components.filter((component) => shipped.has(component['bom-ref']))
  const known = new Set(components.map((component) => component['bom-ref']))
  const missing = [...shipped].filter((reference) => !known.has(reference))
  if (missing.length > 0) throw new Error(`npm sbom does not know ${missing.join(', ')}, which are shipped`)
  const { component, ...metadata } = bill.metadata
  const whole = {
    ...bill,
    metadata: {
      ...metadata,
      timestamp: new Date(builtAtEpochSeconds * 1000).toISOString(),
      component: { ...component, name: 'digital-receptionist-kiosk', version },
    },
    components: components.map(({ properties: _, ...rest }) => rest),
    dependencies: bill.dependencies
      .filter(({ ref }) => known.has(ref))
      .map(({ ref, dependsOn = [] }) => ({
        ref,
        dependsOn: dependsOn.filter((on) => known.has(on)),
      })),
  }
  delete whole.serialNumber
  const text = JSON.stringify(whole)
  return `${JSON.stringify({ ...whole, serialNumber: serialNumberOf(text) }, null, 2)}\n`
}
