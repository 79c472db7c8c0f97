/** Builds helper, shell, preload and renderer into dist/. With --if-stale does nothing when no source changed since. */
import { createHash } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const SOURCES = ['contract', 'helper', 'electron', 'renderer', 'scripts/build.mjs', 'package.json', 'package-lock.json']
const CONFIGS = [
  'helper/vite.config.ts',
  'electron/vite.config.ts',
  'electron/vite.preload.config.ts',
  'renderer/vite.config.ts',
]
const STAMP = join(ROOT, 'dist', 'build-stamp')

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
  // Not loaded where there is nothing to build: it takes longer than all the rest.
  const { build } = await import('vite')
  for (const configFile of CONFIGS) await build({ configFile: join(ROOT, configFile) })
  chmodSync(join(ROOT, 'dist/helper/kioskctl.mjs'), 0o755)
  writeFileSync(STAMP, before)
}
