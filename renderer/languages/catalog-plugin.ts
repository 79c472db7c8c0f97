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

/** The page without script cannot look up a text: it holds its notice in every language. */
function recoveringNotices(): string {
  return Object.entries(readCatalogs())
    .map(
      ([
        language,
        catalog,
      ]) => `<div class="message" id="${language}" lang="${language}" dir="${catalog['language.direction']}">
        <span class="calm-mark" aria-hidden="true"><i></i><i></i><i></i></span>
        <h1 class="message-title">${catalog['recovering.title']}</h1>
        <p class="message-body">${catalog['recovering.body']}</p>
      </div>`,
    )
    .join('\n      ')
}

/** Every id stands in it once, not once for each language: two kilobytes of what a kiosk loads. */
function catalogModule(compiled: ReturnType<typeof compileCatalogs>): string {
  const ids = Object.keys(compiled.en ?? {})
  const texts = Object.entries(compiled).map(([language, catalog]) => [language, ids.map((id) => catalog[id])])
  return `const IDS = ${JSON.stringify(ids)}
const withIds = (texts) => Object.fromEntries(IDS.map((id, place) => [id, texts[place]]))
const TEXTS = ${JSON.stringify(texts)}
export const CATALOGS = Object.fromEntries(TEXTS.map(([language, texts]) => [language, withIds(texts)]))`
}

export function catalogPlugin(): Plugin {
  return {
    name: 'kiosk-catalogs',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    transformIndexHtml: (html) =>
      html.replace('<!-- The build puts one notice for each language here. -->', recoveringNotices),
    load(id) {
      if (id !== `\0${MODULE}`) return null
      for (const path of catalogPaths()) this.addWatchFile(path)
      return catalogModule(compileCatalogs(readCatalogs()))
    },
  }
}
