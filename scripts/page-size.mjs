/** Weighs the kiosk's page as built, except fonts: what it starts with, and what it loads later. Lets neither grow past its limit unseen. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { LANGUAGES } from '../contract/languages.ts'

/** Gzipped: what every kiosk loads before it shows anything, with its own language. React and its DOM alone are 60,000. */
export const START_LIMIT_BYTES = 120_000
/** Gzipped: everything else, such as the other languages and what makes a logo safe. */
export const LATER_LIMIT_BYTES = 40_000
/** Gzipped; on no kiosk. React, MQTT and X.509 are most of the page, the latter two of fleetctl. */
const FLEET_PAGE_LIMIT_BYTES = 300_000
const FLEETCTL_LIMIT_BYTES = 420_000

const FONTS = ['.woff2', '.woff', '.ttf', '.otf']
const SHOWN_IN_A_COMPLAINT = 3

const kilobytes = (bytes) => (bytes / 1000).toFixed(1)
const sumOf = (files) => files.reduce((bytes, { gzipBytes }) => bytes + gzipBytes, 0)

/** @returns {{ name: string, gzipBytes: number, loads: 'start' | 'language' | 'later' }[]} the largest first */
export function weighPage(folder) {
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  const loadsOf = (name) => {
    if (name === 'index.html' || page.includes(name.replaceAll(sep, '/'))) return 'start'
    return LANGUAGES.includes(basename(name).split('-')[0]) ? 'language' : 'later'
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !FONTS.includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(folder, path), gzipBytes: gzipSync(readFileSync(path)).length }))
    .map((file) => ({ ...file, loads: loadsOf(file.name) }))
    .sort((one, other) => other.gzipBytes - one.gzipBytes)
}

function complaintOf(what, files, limitBytes) {
  const excess = sumOf(files) - limitBytes
  if (excess <= 0) return null
  const largest = files
    .slice(0, SHOWN_IN_A_COMPLAINT)
    .map(({ name, gzipBytes }) => `${name} (${kilobytes(gzipBytes)} kB)`)
  return (
    `${what} is ${kilobytes(sumOf(files))} kB gzipped without its fonts, ${kilobytes(excess)} kB more than its limit. ` +
    `Largest: ${largest.join(', ')}. Take something out of it, or raise its limit in scripts/page-size.mjs with a reason`
  )
}

/** @returns {{ lines: string[], complaints: string[] }} what to print, and what is wrong where the page is too large */
export function judgePage(files) {
  // A kiosk starts in one language: the largest, to be safe.
  const [ownLanguage] = files.filter(({ loads }) => loads === 'language')
  const start = files.filter((file) => file.loads === 'start' || file === ownLanguage)
  const later = files.filter((file) => !start.includes(file))
  const line = ({ name, gzipBytes }) => `${kilobytes(gzipBytes).padStart(7)} kB  ${name}`
  return {
    lines: [
      ...start.map(line),
      line({
        name: `to start with, of ${kilobytes(START_LIMIT_BYTES)} kB gzipped, without fonts`,
        gzipBytes: sumOf(start),
      }),
      ...later.map(line),
      line({ name: `more, loaded where it is needed, of ${kilobytes(LATER_LIMIT_BYTES)} kB`, gzipBytes: sumOf(later) }),
    ],
    complaints: [
      complaintOf('what the page starts with', start, START_LIMIT_BYTES),
      complaintOf('what the page loads later', later, LATER_LIMIT_BYTES),
    ].filter((complaint) => complaint !== null),
  }
}

/** @param folder of the operators' programs @returns {{ lines: string[], complaints: string[] }} as for the kiosk's page */
export function judgeFleet(folder) {
  const program = readFileSync(join(folder, 'fleetctl.mjs'))
  const parts = [
    { what: 'the fleet page', files: weighPage(join(folder, 'console')), limitBytes: FLEET_PAGE_LIMIT_BYTES },
    {
      what: 'fleetctl',
      files: [{ name: 'fleetctl.mjs', gzipBytes: gzipSync(program).length }],
      limitBytes: FLEETCTL_LIMIT_BYTES,
    },
  ]
  return {
    lines: parts.map(
      ({ what, files, limitBytes }) =>
        `${kilobytes(sumOf(files)).padStart(7)} kB  ${what}, of ${kilobytes(limitBytes)} kB gzipped, for operators only`,
    ),
    complaints: parts
      .map(({ what, files, limitBytes }) => complaintOf(what, files, limitBytes))
      .filter((complaint) => complaint !== null),
  }
}
