/** The pages of documentation that the repository holds. Never looks into what is built or installed. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { type Page, readPage } from './read-page.ts'

export const ROOT = join(import.meta.dirname, '..', '..')

/** Made by a build or a run, or not ours. */
const NOT_OURS = new Set(['node_modules', 'dist', 'release', 'screenshots', 'test-results'])

function pagesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || NOT_OURS.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return pagesIn(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

/** By path from the root, with `/` between folders. */
export const PAGES: ReadonlyMap<string, Page> = new Map(
  pagesIn(ROOT)
    .map((path): [string, Page] => [relative(ROOT, path).split(sep).join('/'), readPage(readFileSync(path, 'utf8'))])
    .toSorted(([one], [other]) => one.localeCompare(other, 'en')),
)

/** Folders and files that this checkout has at its top. */
export const TOP_ENTRIES: ReadonlySet<string> = new Set(readdirSync(ROOT).filter((name) => !NOT_OURS.has(name)))
