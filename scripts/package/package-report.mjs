/** What was built, how large it is and of what, and what was left out for want of a tool. Only looks. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { relative } from 'node:path'
import { filesBelow } from '../package-files.mjs'

const PARTS_NAMED = 10
const MIB = 1024 * 1024

export const mib = (bytes) => `${(bytes / MIB).toFixed(1)} MiB`

/** A part is what a person would name: a folder three deep, or a file of more than a mebibyte in it. */
function partOf(name, bytes) {
  const parts = name.split('/')
  if (bytes > MIB) return name
  return parts.length > 4 ? `${parts.slice(0, 4).join('/')}/…` : `${parts.slice(0, -1).join('/')}/…`
}

/** @returns {{ name: string, bytes: number }[]} largest first */
export function largestParts(root) {
  const sizes = new Map()
  for (const { path } of filesBelow(root)) {
    const { size } = statSync(path)
    const part = partOf(relative(root, path), size)
    sizes.set(part, (sizes.get(part) ?? 0) + size)
  }
  const all = [...sizes].map(([name, bytes]) => ({ name, bytes }))
  return all.sort((one, other) => other.bytes - one.bytes).slice(0, PARTS_NAMED)
}

export const totalBytes = (root) => filesBelow(root).reduce((sum, { path }) => sum + statSync(path).size, 0)

/** One line for a file that was built. */
export function describeFile(path) {
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
  return `${relative(process.cwd(), path)}  ${mib(statSync(path).size)}  sha256 ${hash}`
}
