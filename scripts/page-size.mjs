/** Weighs the kiosk's page as built: every file that it can load, also later, except fonts. Never lets it grow past its limit unseen. */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Gzipped; of it React and its DOM alone are 60,000. */
export const PAGE_LIMIT_BYTES = 120_000

const FONTS = ['.woff2', '.woff', '.ttf', '.otf']
const SHOWN_IN_A_COMPLAINT = 3

const kilobytes = (bytes) => (bytes / 1000).toFixed(1)

/** @returns {{ name: string, gzipBytes: number }[]} the largest first */
export function weighPage(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !FONTS.includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(folder, path), gzipBytes: gzipSync(readFileSync(path)).length }))
    .sort((one, other) => other.gzipBytes - one.gzipBytes)
}

/** @returns {{ lines: string[], complaint: string | null }} what to print, and what is wrong where the page is too large */
export function judgePage(files, limitBytes = PAGE_LIMIT_BYTES) {
  const sum = files.reduce((bytes, { gzipBytes }) => bytes + gzipBytes, 0)
  const lines = [
    ...files.map(({ name, gzipBytes }) => `${kilobytes(gzipBytes).padStart(7)} kB  ${name}`),
    `${kilobytes(sum).padStart(7)} kB  the page without its fonts, gzipped, of ${kilobytes(limitBytes)} kB`,
  ]
  if (sum <= limitBytes) return { lines, complaint: null }
  const largest = files
    .slice(0, SHOWN_IN_A_COMPLAINT)
    .map(({ name, gzipBytes }) => `${name} (${kilobytes(gzipBytes)} kB)`)
  const complaint =
    `the page is ${kilobytes(sum)} kB gzipped without its fonts, ${kilobytes(sum - limitBytes)} kB more than its limit. ` +
    `Largest: ${largest.join(', ')}. Take something out of it, or raise PAGE_LIMIT_BYTES in scripts/page-size.mjs with a reason`
  return { lines, complaint }
}
