/** Folders, packages and complaints for the tests of packages, in one folder that is taken away. Never leaves anything. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeKeys } from './key-material.mjs'
import { openIntunePackage } from './read-package.mjs'
import { writeIntunePackage } from './write-package.mjs'

/** A file, a name beyond ASCII, an empty file, an empty folder. */
export const TREE = { 'setup.exe': 'MZ', 'lib/grüße.txt': 'ü', 'lib/none': '', 'lib/empty': null }

export const check = (path, isForeign = false) =>
  openIntunePackage(path, { isForeign }, async ({ detection }) => detection)

/** What was complained of, or null. */
export async function faultOf(work) {
  try {
    await work()
    return null
  } catch (error) {
    if (error.name !== 'PackageFault') throw error
    return { part: error.part, message: error.message }
  }
}

/** The shape that `lay` takes, from disk: every file, and every empty folder. */
export function look(folder) {
  const found = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(folder.length + 1).replaceAll('\\', '/')
    if (entry.isFile()) found[name] = readFileSync(path)
    else if (readdirSync(path).length === 0) found[name] = null
  }
  return found
}

export function openStage() {
  const root = mkdtempSync(join(tmpdir(), 'kiosk-intunewin-'))
  let count = 0
  /** A path of nobody else's. */
  const fresh = () => join(root, String(++count))

  /** @param {Record<string, string | Buffer | null>} tree content by path; null is an empty folder */
  function lay(tree) {
    const folder = fresh()
    mkdirSync(folder)
    for (const [path, content] of Object.entries(tree)) {
      mkdirSync(content === null ? join(folder, path) : dirname(join(folder, path)), { recursive: true })
      if (content !== null) writeFileSync(join(folder, path), content)
    }
    return folder
  }

  async function pack(tree, { file = 'setup.exe', keys = makeKeys(), onlyFor = null, out = fresh() } = {}) {
    return (await writeIntunePackage({ setup: lay(tree), file, out, keys, onlyFor })).path
  }

  return { root, fresh, lay, pack, close: () => rmSync(root, { recursive: true }) }
}
