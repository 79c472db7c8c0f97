/** Gives the page its texts as `virtual:catalogs`. Reads every catalog of this folder; a fault in one fails the build. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Plugin } from 'vite'
import { type Catalog, type CompiledCatalog, compileCatalogs } from './compile-catalogs.ts'

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

/**
 * English and what a switch has to know of the others; their texts are chunks of their own, in the order of the English ids,
 * so that a kiosk loads those it speaks.
 */
function catalogsModule(compiled: Record<string, CompiledCatalog>, catalogs: Record<string, Catalog>): string {
  const ids = Object.keys(compiled.en ?? {})
  const facts = Object.entries(catalogs).map(([language, catalog]) => [
    language,
    { name: catalog['language.name'], direction: catalog['language.direction'] },
  ])
  const loaders = Object.keys(catalogs)
    .filter((language) => language !== 'en')
    .map((language) => `${language}: () => import('${MODULE}/${language}').then(({ TEXTS }) => withIds(TEXTS))`)
  return `const IDS = ${JSON.stringify(ids)}
const withIds = (texts) => Object.fromEntries(IDS.map((id, place) => [id, texts[place]]))
export const LANGUAGE_FACTS = ${JSON.stringify(Object.fromEntries(facts))}
export const ENGLISH = withIds(${textsInOrder(compiled, 'en')})
export const CATALOG_LOADERS = { ${loaders.join(', ')}, en: async () => ENGLISH }`
}

function textsInOrder(compiled: Record<string, CompiledCatalog>, language: string): string {
  return JSON.stringify(Object.keys(compiled.en ?? {}).map((id) => compiled[language]?.[id]))
}

export function catalogPlugin(): Plugin {
  return {
    name: 'kiosk-catalogs',
    resolveId: (id) => (id === MODULE || id.startsWith(`${MODULE}/`) ? `\0${id}` : null),
    transformIndexHtml: (html) =>
      html.replace('<!-- The build puts one notice for each language here. -->', recoveringNotices),
    load(id) {
      if (!id.startsWith(`\0${MODULE}`)) return null
      for (const path of catalogPaths()) this.addWatchFile(path)
      const catalogs = readCatalogs()
      const compiled = compileCatalogs(catalogs)
      const [, language] = id.split('/')
      if (language !== undefined) return `export const TEXTS = ${textsInOrder(compiled, language)}`
      return catalogsModule(compiled, catalogs)
    },
  }
}
