/**
 * Makes a bare machine ready for demo and tests: npm packages and Chromium. Runs on any Node from 18 without a package.
 * Does nothing, quickly, when all is there; with --build also builds what is stale. Never installs system packages where it may not; it prints the command.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findChromium } from './find-chromium.mjs'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const STAMP = join(ROOT, 'node_modules', '.setup-stamp')

/** What the suites need of the system, and the Debian package that brings it. */
const SYSTEM_NEEDS = [{ what: 'Chromium', debianPackage: 'chromium', isThere: () => findChromium() !== null }]

function say(text) {
  process.stderr.write(`setup: ${text}\n`)
}

function fail(text) {
  say(text)
  process.exit(1)
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], ...options })
  return error ? 1 : status
}

function installNpmPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  say('installing npm packages (about a minute)')
  // npm_execpath is npm itself where npm started this script; on Windows `npm` is not a program.
  const npm = process.env.npm_execpath
  const done = npm ? run(process.execPath, [npm, 'ci']) : run('npm', ['ci'])
  if (done !== 0) fail('"npm ci" failed; its words are above')
  writeFileSync(STAMP, wanted)
}

function checkNode() {
  const name = process.platform === 'win32' ? 'node.cmd' : 'node'
  if (!existsSync(join(ROOT, 'node_modules', '.bin', name))) {
    say(`no Node 24 comes as an npm package for ${process.platform}-${process.arch}: install Node 24 yourself`)
  }
}

function canInstall() {
  if (!existsSync('/usr/bin/apt-get')) return null
  if (process.getuid?.() === 0) return []
  return run('sudo', ['-n', 'true'], { stdio: 'ignore' }) === 0 ? ['sudo', '-n'] : null
}

function installSystemPackages() {
  const missing = SYSTEM_NEEDS.filter(({ isThere }) => !isThere())
  if (missing.length === 0) return
  const packages = missing.map(({ debianPackage }) => debianPackage)
  const prefix = canInstall()
  if (prefix === null) {
    const command = `apt-get update && apt-get install --yes ${packages.join(' ')}`
    fail(`missing: ${missing.map(({ what }) => what).join(', ')}. As root run: ${command}`)
  }
  say(`installing ${packages.join(', ')} with apt (about a minute)`)
  const aptGet = (...args) => {
    const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]
    return run(command, rest)
  }
  if (aptGet('update', '--quiet') !== 0) fail('"apt-get update" failed; its words are above')
  if (aptGet('install', '--yes', '--quiet', ...packages) !== 0) fail('"apt-get install" failed; its words are above')
  const still = missing.filter(({ isThere }) => !isThere())
  if (still.length > 0) fail(`still missing after installing: ${still.map(({ what }) => what).join(', ')}`)
}

/** With the Node that npm has just brought, which a shell that was started before would not find. */
function build() {
  const own = join(ROOT, 'node_modules', '.bin', 'node')
  const node = existsSync(own) ? own : process.execPath
  if (run(node, [join(ROOT, 'scripts', 'build.mjs'), '--if-stale']) !== 0) fail('the build failed; its words are above')
}

installNpmPackages()
checkNode()
installSystemPackages()
if (process.argv.includes('--build')) build()
