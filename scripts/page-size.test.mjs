import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { judgeFleet, judgePage, weighPage } from './page-size.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-page-'))
  mkdirSync(join(folder, 'assets'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the size of the page', () => {
  it('counts everything but fonts, and knows what the page starts with', () => {
    writeFileSync(join(folder, 'index.html'), '<script src="./assets/index-1.js"></script>')
    writeFileSync(join(folder, 'assets', 'index-1.js'), randomBytes(2_000))
    writeFileSync(join(folder, 'assets', 'later-2.js'), randomBytes(3_000))
    writeFileSync(join(folder, 'assets', 'de-3.js'), randomBytes(1_000))
    writeFileSync(join(folder, 'assets', 'inter.woff2'), randomBytes(9_000))
    expect(weighPage(folder).map(({ name, loads }) => [name, loads])).toEqual([
      [join('assets', 'later-2.js'), 'later'],
      [join('assets', 'index-1.js'), 'start'],
      [join('assets', 'de-3.js'), 'language'],
      ['index.html', 'start'],
    ])
  })

  it('counts one language, the largest, to what it starts with', () => {
    const { lines, complaints } = judgePage([
      { name: 'index.js', gzipBytes: 80_000, loads: 'start' },
      { name: 'ar.js', gzipBytes: 6_000, loads: 'language' },
      { name: 'de.js', gzipBytes: 5_000, loads: 'language' },
    ])
    expect(complaints).toEqual([])
    expect(lines[2]).toContain('86.0 kB  to start with')
    expect(lines.at(-1)).toContain('5.0 kB  more')
  })

  it('is refused one byte above each limit, with the largest files by name', () => {
    const start = { name: 'huge.js', gzipBytes: 120_001, loads: 'start' }
    const later = { name: 'later.js', gzipBytes: 40_001, loads: 'later' }
    expect(judgePage([start, later]).complaints).toEqual([
      expect.stringMatching(/^what the page starts with is 120\.0 kB.*huge\.js \(120\.0 kB\)/),
      expect.stringMatching(/^what the page loads later is 40\.0 kB.*later\.js \(40\.0 kB\)/),
    ])
    expect(judgePage([start, later].map((file) => ({ ...file, gzipBytes: file.gzipBytes - 1 }))).complaints).toEqual([])
  })

  it('is judged of the operators’ page and program as well', () => {
    mkdirSync(join(folder, 'console'))
    writeFileSync(join(folder, 'console', 'index.html'), 'small')
    writeFileSync(join(folder, 'fleetctl.mjs'), 'small')
    expect(judgeFleet(folder)).toMatchObject({
      lines: [expect.stringContaining('300.0 kB'), expect.any(String)],
      complaints: [],
    })
    writeFileSync(join(folder, 'fleetctl.mjs'), randomBytes(420_001))
    writeFileSync(join(folder, 'console', 'page.js'), randomBytes(300_001))
    expect(judgeFleet(folder).complaints).toEqual([
      expect.stringMatching(/^the fleet page is .*page\.js/),
      expect.stringMatching(/^fleetctl is .*fleetctl\.mjs/),
    ])
  })
})
