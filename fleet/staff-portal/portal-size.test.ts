/** Holds the portal to what is promised of it: short enough to be read, and on nothing that has no reason. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const files = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))

/** Packages, not paths below them and nothing of Node's. */
function importedPackages(source: string): string[] {
  const specifiers = [...source.matchAll(/\bfrom '([^'.][^']*)'/g)].map(([, specifier = '']) => specifier)
  return specifiers.flatMap((specifier) => /^(?!node:)(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? [])
}

/** The rows of the table below "Dependencies". */
function documented(): Map<string, { version: string; reason: string }> {
  const page = readFileSync(join(ROOT, 'docs', 'staff-portal.md'), 'utf8')
  const [, section = ''] = /\n## Dependencies\n([\s\S]*?)\n## /.exec(page) ?? []
  const rows = [...section.matchAll(/^\| `([^`]+)` \| (\S+) \| (.+) \|$/gm)]
  return new Map(rows.map(([, name = '', version = '', reason = '']) => [name, { version, reason }]))
}

describe('the staff portal', () => {
  it('has fewer than 600 lines of program', () => {
    const lines = files.reduce((sum, source) => sum + source.split('\n').length - 1, 0)
    expect(files.length).toBeGreaterThan(5)
    expect(lines).toBeLessThan(600)
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
