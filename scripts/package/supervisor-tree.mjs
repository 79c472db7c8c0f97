/** PM2 for a package: a separate, unmodified program (decision 0001) with the packages that it depends on. Never resolves anything anew. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fenceSupervisor } from './fence-supervisor.mjs'

const ROOT = join(import.meta.dirname, '..', '..')
const SUPERVISOR = 'node_modules/pm2'

/** Their authors name a licence and publish no text of it. One more is to be looked at by a person before it is shipped. */
const WITHOUT_TEXT = ['@pm2/pm2-version-check', 'amp', 'amp-message']

/** Maps, types and manuals of PM2's dependencies, which nothing reads at run time. Licences stay. */
const NOT_NEEDED = /\.(map|[cm]?ts|md|markdown|flow|html)$|(^|\/)(test|tests|__tests__|docs?|examples?|\.github)(\/|$)/i
const LICENCE = /(^|\/)(licen[cs]e|notice|copying)[^/]*$/i
const README = /^readme[^/]*$/i
/** How the licences begin that people paste into a README. */
const LICENCE_TEXT = /permission is hereby granted|redistribution and use in source/i

/** The packages as npm laid them, by their paths from the checkout. */
function readInstalled() {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', '.package-lock.json'), 'utf8')).packages
}

/** Where Node finds a package from another one: in its own `node_modules`, else in those above. */
function findFrom(installed, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    if (path in installed) return path
    if (folder === '') return null
  }
}

/** @returns {{ path: string, name: string, version: string, licence: string }[]} PM2 and all that it depends on, by path */
export function supervisorPackages() {
  const installed = readInstalled()
  const found = new Set()
  const visit = (path) => {
    if (found.has(path)) return
    found.add(path)
    const { dependencies = {}, optionalDependencies = {} } = installed[path]
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const next = findFrom(installed, path, name)
      if (next !== null) visit(next)
      // What is optional may be of another platform.
      else if (!(name in optionalDependencies)) throw new Error(`${path} depends on ${name}, which is not installed`)
    }
  }
  visit(SUPERVISOR)
  return [...found].sort().map((path) => ({
    path,
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: installed[path].version,
    licence: installed[path].license ?? 'see its folder',
  }))
}

function readmeOf(path) {
  const name = readdirSync(join(ROOT, path)).find((each) => README.test(each))
  return name !== undefined && LICENCE_TEXT.test(readFileSync(join(ROOT, path, name), 'utf8')) ? name : null
}

/**
 * Where a package has the text of its licence.
 *
 * @param {{ path: string, name: string }} of one of `supervisorPackages`
 * @returns {string | null} words for the notices where it is no file of its own, else null
 * @throws Error for a package without any text that is not known for it
 */
export function licencePlace({ path, name }) {
  if (licenceText(path) !== null) return null
  const readme = readmeOf(path)
  if (readme !== null) return `its text is in ${path}/${readme}`
  if (WITHOUT_TEXT.includes(name)) return 'its author publishes no text of it'
  throw new Error(
    `${name}, which PM2 depends on, brings no text of its licence: look at it, then add it to WITHOUT_TEXT`,
  )
}

function isNeeded(packagePath, path) {
  const name = relative(join(ROOT, packagePath), path).split(sep).join('/')
  if (README.test(name) && licenceText(packagePath) === null) return true
  // Laid by itself, where it belongs to PM2 at all.
  if (name === 'node_modules') return false
  return packagePath === SUPERVISOR || LICENCE.test(name) || !NOT_NEEDED.test(name)
}

/** Lays PM2 as npm lays it: every package at its path below `folder`. */
export function laySupervisor(folder) {
  for (const { path } of supervisorPackages()) {
    cpSync(join(ROOT, path), join(folder, path), { recursive: true, filter: (from) => isNeeded(path, from) })
  }
  fenceSupervisor(folder)
}

/** The text of a package's own licence, or null where it brings none. */
export function licenceText(path) {
  const folder = join(ROOT, path)
  const name = existsSync(folder) ? readdirSync(folder).find((each) => LICENCE.test(each)) : undefined
  return name === undefined ? null : readFileSync(join(folder, name), 'utf8')
}
