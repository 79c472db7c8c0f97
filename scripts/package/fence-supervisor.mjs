/** Keeps Node from looking outside a package for what PM2 would like to load and does not bring. Never touches a package of PM2's. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, extname, join, relative } from 'node:path'

const CODE_ENDINGS = ['.js', '.cjs', '.mjs', '']
/** A package by its name, or a file of it. */
const WANTED =
  /\b(?:require|require\.resolve|import)\(\s*(['"`])((?:@[\w.-]+\/)?[a-z0-9][\w.-]*)(?:\/[\w./-]+)?\1\s*\)|\bfrom\s+(['"])((?:@[\w.-]+\/)?[a-z0-9][\w.-]*)(?:\/[\w./-]+)?\3/g

function isInside(root, file, name) {
  for (let folder = dirname(file); !relative(root, folder).startsWith('..'); folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules', name))) return true
    if (folder === root) return false
  }
  return false
}

/** @returns {string[]} the packages that code below `root` names and Node does not find there */
export function findMissingPackages(root) {
  const missing = new Set()
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !CODE_ENDINGS.includes(extname(entry.name))) continue
    const file = join(entry.parentPath, entry.name)
    for (const [, , required, , imported] of readFileSync(file, 'utf8').matchAll(WANTED)) {
      const name = required ?? imported
      if (!isBuiltin(name) && !isInside(root, file, name)) missing.add(name)
    }
  }
  return [...missing].sort()
}

/**
 * Lays a package that exports nothing in the place of each one that is missing. Without it Node climbs to the root of the drive, where every account of a
 * Windows device may make folders: `C:\node_modules\fsevents` would run inside PM2.
 */
export function fenceSupervisor(root) {
  for (const name of findMissingPackages(root)) {
    const folder = join(root, 'node_modules', name)
    mkdirSync(folder, { recursive: true })
    // Where "exports" lacks what is asked for, Node fails and looks no further.
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name, version: '0.0.0', exports: {} })}\n`)
  }
}
