/** What must hold of a packaged application, whatever made it. Only looks; each check answers one line for each fault. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { getRawHeader, listPackage } from '@electron/asar'
import { checkProgram } from '../helper/program/check-program.ts'
import { findSupportFault } from './electron-support.mjs'
import { countWires, findFuseFaults } from './fuse-wire.mjs'
import { everythingIn } from './package-files.mjs'

/** What every package carries beside Electron, below its resources. */
const REQUIRED = [
  'app.asar',
  'helper/main.mjs',
  'helper/keychain-agent.mjs',
  'helper/kioskctl.mjs',
  // Without it the helper would take itself for a developer's (helper/config/packaged.ts).
  'helper/packaged.json',
  'ecosystem.config.js',
  'pm2/node_modules/pm2/bin/pm2-runtime',
  // AGPL-3.0: its licence goes where it goes (decision 0001).
  'pm2/node_modules/pm2/GNU-AGPL-3.0.txt',
  'LICENSE',
  'THIRD-PARTY.md',
  'sbom.cdx.json',
  'node/LICENSE',
]
const REQUIRED_ON = { win32: ['windows/helper-task.xml'] }
const REQUIRED_IN_ASAR = [
  'package.json',
  'dist/electron/main.cjs',
  'dist/electron/preload.cjs',
  'dist/renderer/index.html',
]

/** Sources, maps, tests, secrets, and whatever Electron would load in place of the archive. */
const FORBIDDEN = [
  [/\.map$/, 'a source map'],
  [/\.(test|spec|fixture)\.\w+$/, 'a test'],
  [/(?<!\.d)\.[cm]?tsx?$/, 'a source'],
  [/(^|\/)\.(env|git|npmrc)/, 'a file of a developer’s machine'],
  [/\.(pem|key|pfx|p12)$/, 'a key or certificate'],
  [/^chrome-sandbox$/, 'a program that would want the setuid bit'],
  [/^resources\/(app|default_app\.asar|app\.asar\.unpacked)(\/|$)/i, 'code outside the archive'],
]
const OTHERS_MAY_WRITE = 0o002
const EXECUTABLE = 0o111

const slashes = (path) => path.split(sep).join('/')

async function checkFuses(files) {
  const executables = files.filter(({ path }) => countWires(path) > 0)
  if (executables.length === 0) return ['no executable holds a fuse wire: this is not Electron']
  const faults = await Promise.all(
    executables.map(async ({ path, name }) => {
      if (countWires(path) > 1) return [`${name}: holds several fuse wires, of which only one can be read`]
      return (await findFuseFaults(path)).map((fault) => `${name}: ${fault}`)
    }),
  )
  return faults.flat()
}

/** The helper's own runtime: with RunAsNode off, Electron cannot serve as one. */
function checkRuntime({ resources, platform }, files) {
  const path = join(resources, 'node', platform === 'win32' ? 'node.exe' : 'node')
  const file = files.find((each) => each.path === path)
  if (!file) return [`${path} is missing: npm brings it, on the platform that it runs on alone`]
  if (platform !== 'win32' && (file.mode & EXECUTABLE) !== EXECUTABLE) return [`${file.name} may not be executed`]
  return []
}

function checkContents({ resources, platform }, files) {
  const missing = [...REQUIRED, ...(REQUIRED_ON[platform] ?? [])].filter((name) => !existsSync(join(resources, name)))
  const forbidden = files.flatMap(({ name }) => {
    const [, what] = FORBIDDEN.find(([pattern]) => pattern.test(name)) ?? []
    return what === undefined ? [] : [`${name} is ${what}`]
  })
  return [...missing.map((name) => `${join(resources, name)} is missing`), ...forbidden]
}

function checkArchive({ resources }) {
  const archive = join(resources, 'app.asar')
  // Missing, which is told already.
  if (!existsSync(archive)) return []
  const names = listPackage(archive, { isPack: false }).map((name) => slashes(name).replace(/^\//, ''))
  const missing = REQUIRED_IN_ASAR.filter((name) => !names.includes(name))
  const foreign = names.filter((name) => !/^(dist|dist\/(electron|renderer)(\/.*)?|package\.json)$/.test(name))
  const forbidden = names.filter((name) => FORBIDDEN.some(([pattern]) => pattern.test(name)))
  return [
    ...missing.map((name) => `app.asar: ${name} is missing`),
    ...[...foreign, ...forbidden].map((name) => `app.asar: ${name} does not belong there`),
  ]
}

/** What the fuse of the same name compares: Electron for Windows reads it out of its own executable. Linux has none. */
function checkIntegrity({ resources, platform }, files) {
  const archive = join(resources, 'app.asar')
  if (platform !== 'win32' || !existsSync(archive)) return []
  const hash = createHash('sha256').update(getRawHeader(archive).headerString).digest('hex')
  const executables = files.filter(({ path }) => countWires(path) > 0)
  return executables
    .filter(({ path }) => !readFileSync(path).includes(hash))
    .map(({ name }) => `${name} does not hold the hash of app.asar, and would not start`)
}

/** Whether all is there that the package lists, and nothing more. Who signed the list is for the machines that pin a key. */
async function checkManifest({ resources }) {
  const findings = await checkProgram(resources, { kind: 'none' })
  if (findings.kind !== 'compared') return [`resources: ${findings.why}`]
  return [...findings.differences, ...findings.unreadable.map((path) => `${path} cannot be read`)].map(
    (line) => `resources, against their list: ${line}`,
  )
}

/** Modes say something on Linux alone; elsewhere the installer sets who may write. */
function checkModes({ folder, platform }, files) {
  const root = realpathSync(folder) + sep
  const leading = files.filter(
    ({ path, isLink }) => isLink && !(existsSync(path) && realpathSync(path).startsWith(root)),
  )
  const writable = platform === 'linux' ? files.filter(({ mode, isLink }) => !isLink && mode & OTHERS_MAY_WRITE) : []
  return [
    ...leading.map(({ name }) => `${name} is a link that leads out of the package, or nowhere`),
    ...writable.map(({ name }) => `${name} may be written by everybody`),
  ]
}

/** Electron leaves its version in the folder; on macOS it stands elsewhere, which is no platform that is shipped. */
function checkElectron({ folder, platform }) {
  if (platform === 'darwin') return []
  const path = join(folder, 'version')
  if (!existsSync(path)) return [`${path} is missing: it says which Electron this is`]
  const fault = findSupportFault(readFileSync(path, 'utf8').trim(), new Date())
  return fault === null ? [] : [fault]
}

/**
 * @param {{ folder: string, resources: string, platform: string }} found as `findPackages` answers it
 * @returns {Promise<string[]>} every fault of one package, none where all is well
 */
export async function findPackageFaults(found) {
  const all = everythingIn(found.folder).map((each) => ({
    ...each,
    name: slashes(relative(found.folder, each.path)) || '.',
  }))
  const files = all.filter(({ isFolder, isLink }) => !isFolder && !isLink)
  return [
    ...(await checkFuses(files)),
    ...checkRuntime(found, files),
    ...checkContents(found, all),
    ...checkArchive(found),
    ...checkIntegrity(found, files),
    ...(await checkManifest(found)),
    ...checkModes(found, all),
    ...checkElectron(found),
  ]
}
