/** Builds helper, shell, preload, renderer, fleetctl and staff portal into dist/. With --if-stale does nothing when no source changed since. */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { judgeFleet, judgePage, weighPage } from './page-size.mjs'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = ['contract', 'helper', 'electron', 'renderer', 'fleet']
const SOURCES = [...FOLDERS, 'scripts/build.mjs', 'scripts/page-size.mjs', 'package.json', 'package-lock.json']
const CONFIGS = [
  'helper/vite.config.ts',
  'electron/vite.config.ts',
  'electron/vite.preload.config.ts',
  'renderer/vite.config.ts',
  'fleet/vite.config.ts',
  'fleet/vite.portal.config.ts',
  // After fleetctl, whose folder it lies in.
  'fleet/vite.console.config.ts',
]
/** What each bundle holds of other people's packages, with their licences: for the notices of a package. */
const BUNDLED_LIST = 'bundled-packages.json'
const STAMP = join(ROOT, 'dist', 'build-stamp')

/** The list lies apart from what it is of, so that it is not shipped with every program. */
async function buildOne(build, config) {
  const configFile = join(ROOT, config)
  let outFolder = ''
  const look = {
    name: 'kiosk-out-folder',
    configResolved(resolved) {
      outFolder = resolve(resolved.root, resolved.build.outDir)
    },
  }
  await build({ configFile, plugins: [look], build: { license: { fileName: BUNDLED_LIST } } })
  const name = config.replace(/\.config\.ts$/, '').replaceAll('/', '-')
  mkdirSync(join(ROOT, 'dist', 'bundled'), { recursive: true })
  renameSync(join(outFolder, BUNDLED_LIST), join(ROOT, 'dist', 'bundled', `${name}.json`))
}

/** What loads a native file cannot be bundled: it lies beside the helper as npm installed it, licences included. */
function copyNativePackages() {
  const scope = join(ROOT, 'node_modules', '@napi-rs')
  const binaries = existsSync(scope) ? readdirSync(scope).filter((name) => name.startsWith('keyring-')) : []
  if (binaries.length === 0) console.error('build: npm brings no keychain for this platform; the helper goes without')
  for (const name of ['keytar', ...binaries.map((binary) => join('@napi-rs', binary))]) {
    cpSync(join(ROOT, 'node_modules', name), join(ROOT, 'dist/helper/node_modules', name), { recursive: true })
  }
}

function* filesBelow(path) {
  if (!statSync(path).isDirectory()) yield path
  else for (const name of readdirSync(path).sort()) yield* filesBelow(join(path, name))
}

function fingerprint() {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    for (const file of filesBelow(join(ROOT, source))) hash.update(file).update(readFileSync(file))
  }
  return hash.digest('hex')
}

function readStamp() {
  try {
    return readFileSync(STAMP, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

const before = fingerprint()
if (!process.argv.includes('--if-stale') || readStamp() !== before) {
  process.chdir(ROOT)
  // A build that fails half way has left something of both.
  rmSync(STAMP, { force: true })
  // Not loaded where there is nothing to build: it takes longer than all the rest.
  const { build } = await import('vite')
  for (const config of CONFIGS) await buildOne(build, config)
  copyNativePackages()
  for (const tool of ['helper/kioskctl.mjs', 'fleet/fleetctl.mjs', 'fleet/staff-portal.mjs'])
    chmodSync(join(ROOT, 'dist', tool), 0o755)
  const judged = [judgePage(weighPage(join(ROOT, 'dist', 'renderer'))), judgeFleet(join(ROOT, 'dist', 'fleet'))]
  const complaints = judged.flatMap((one) => one.complaints)
  for (const line of judged.flatMap(({ lines }) => lines)) console.log(line)
  for (const complaint of complaints) console.error(`build: ${complaint}`)
  if (complaints.length === 0) writeFileSync(STAMP, before)
  else process.exitCode = 1
}
