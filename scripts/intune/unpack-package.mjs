/** Lays what a checked package holds into a folder. Never overwrites a file, and never writes outside that folder. */
import { createWriteStream, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { PackageFault } from './package-fault.mjs'
import { openIntunePackage } from './read-package.mjs'

function makeEmptyFolder(out) {
  const there = statSync(out, { throwIfNoEntry: false })
  if (there && !(there.isDirectory() && readdirSync(out).length === 0))
    throw new PackageFault('input', `--out: ${out} is there already, and is not an empty folder: name another`)
  mkdirSync(out, { recursive: true })
}

/**
 * @param {string} path
 * @param {{ out: string, isForeign: boolean }} how a folder that is empty, or is made
 * @returns {Promise<{ detection: import('./detection-xml.mjs').Detection, fileCount: number }>}
 * @throws PackageFault; nothing is written where the package has one
 */
export function unpackIntunePackage(path, { out, isForeign }) {
  return openIntunePackage(path, { isForeign }, async ({ detection, entries }) => {
    makeEmptyFolder(out)
    for (const { name, open } of entries) {
      // The names were checked: none leads out of the folder, none is there twice.
      const target = join(out, name)
      mkdirSync(name.endsWith('/') ? target : dirname(target), { recursive: true })
      if (!name.endsWith('/')) await pipeline(await open(), createWriteStream(target, { flags: 'wx' }))
    }
    return { detection, fileCount: entries.length }
  })
}
