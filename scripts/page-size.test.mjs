import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { judgePage, weighPage } from './page-size.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-page-'))
  mkdirSync(join(folder, 'assets'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the size of the page', () => {
  it('counts everything but fonts, chunks that load later included', () => {
    writeFileSync(join(folder, 'index.html'), '<!doctype html>')
    writeFileSync(join(folder, 'assets', 'index.js'), randomBytes(2_000))
    writeFileSync(join(folder, 'assets', 'later.js'), randomBytes(3_000))
    writeFileSync(join(folder, 'assets', 'logo.svg'), '<svg/>')
    writeFileSync(join(folder, 'assets', 'inter.woff2'), randomBytes(9_000))
    const names = weighPage(folder).map(({ name }) => name)
    expect(names.slice(0, 2)).toEqual([join('assets', 'later.js'), join('assets', 'index.js')])
    expect(names.slice(2).sort()).toEqual([join('assets', 'logo.svg'), 'index.html'])
  })

  it('is told file by file, with the sum', () => {
    const { lines, complaint } = judgePage([
      { name: 'a.js', gzipBytes: 80_000 },
      { name: 'a.css', gzipBytes: 6_000 },
    ])
    expect(complaint).toBeNull()
    expect(lines.at(-1)).toContain('86.0 kB')
  })

  it('is refused one byte above the limit, with the largest files by name', () => {
    const files = [
      { name: 'huge.js', gzipBytes: 100_000 },
      { name: 'large.js', gzipBytes: 20_001 },
    ]
    expect(judgePage(files).complaint).toMatch(/120\.0 kB.*huge\.js \(100\.0 kB\), large\.js \(20\.0 kB\)/)
    expect(judgePage(files.map((file) => ({ ...file, gzipBytes: file.gzipBytes - 1 }))).complaint).toBeNull()
  })
})
