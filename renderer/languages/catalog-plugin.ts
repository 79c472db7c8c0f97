/** Gives the page its texts as `virtual:catalogs`. Reads every catalog of this folder; a fault in one fails the build. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Plugin } from 'vite'
import { type Catalog, compileCatalogs } from './compile-catalogs.ts'

const MODULE = 'virtual:catalogs'
const FOLDER = import.meta.dirname

export function catalogPaths(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(FOLDER, name))
}

export function readCatalogs(): Record<string, Catalog> {
  return Object.fromEntries(
    catalogPaths().map((path) => [basename(path, '.json'), JSON.parse(readFileSync(path, 'utf8'))]),
  )
}

export function catalogPlugin(): Plugin {
  return {
    name: 'kiosk-catalogs',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    load(id) {
      if (id !== `\0${MODULE}`) return null
      for (const path of catalogPaths()) this.addWatchFile(path)
      return `export const CATALOGS = ${JSON.stringify(compileCatalogs(readCatalogs()))}`
    },
  }
}
