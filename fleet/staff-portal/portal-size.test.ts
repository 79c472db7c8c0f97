/** Holds the portal to what is promised of it: short enough to be read, and on nothing that has no reason. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const names = readdirSync(import.meta.dirname).filter((name) => !name.endsWith('.test.ts'))
const files = names.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
const page = readFileSync(join(ROOT, 'docs', 'staff-portal.md'), 'utf8')

/** What is left of a file without empty lines and lines that are comment alone. */
function linesOfCode(source: string): number {
  return source.split('\n').filter((line) => !/^\s*($|\/\/|\/\*|\*)/.test(line)).length
}

/** The table below a heading, by its first cell. */
function tableBelow(heading: string): string[][] {
  const [, section = ''] = new RegExp(`\\n## ${heading}\\n([\\s\\S]*?)\\n## `).exec(page) ?? []
  const rows = [...section.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) => row.split(' | '))
  return rows.filter(([first = '']) => !first.startsWith('---')).slice(1)
}

/** Packages, not paths below them and nothing of Node's. */
function importedPackages(source: string): string[] {
  const specifiers = [...source.matchAll(/\bfrom '([^'.][^']*)'/g)].map(([, specifier = '']) => specifier)
  return specifiers.flatMap((specifier) => /^(?!node:)(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? [])
}

/** The rows of the table below "Dependencies". */
function documented(): Map<string, { version: string; reason: string }> {
  const rows = tableBelow('Dependencies')
  return new Map(rows.map(([name = '', version = '', reason = '']) => [name.replaceAll('`', ''), { version, reason }]))
}

describe('the staff portal', () => {
  it('has fewer than 600 lines of code, its stylesheet among them', () => {
    expect(names).toEqual(expect.arrayContaining(['main.ts', 'pages.ts', 'portal.css']))
    expect(files.reduce((sum, source) => sum + linesOfCode(source), 0)).toBeLessThan(600)
  })

  it('has a test for each attack that its page lists, where the page says', () => {
    const attacks = tableBelow('The attacks')
    expect(attacks.length).toBeGreaterThan(13)
    for (const [, title = '', file = ''] of attacks) {
      const source = readFileSync(
        join(ROOT, 'demo', 'staff-portal', `${file.replaceAll('`', '')}.integration.test.ts`),
        'utf8',
      )
      expect(source).toContain(title.replaceAll('`', ''))
    }
  })

  it('imports what its page lists with a reason, and nothing else', () => {
    expect([...documented().keys()].toSorted()).toEqual([...new Set(files.flatMap(importedPackages))].toSorted())
    for (const { reason } of documented().values()) expect(reason.split(' ').length).toBeGreaterThan(1)
  })

  it('has each of them pinned to the version that its page names', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const pinned: Record<string, string> = { ...devDependencies, ...dependencies }
    const versions = [...documented()].map(([name, { version }]) => [name, version])
    expect(versions).toEqual(versions.map(([name = '']) => [name, pinned[name]]))
  })
})
