/** The Debian package's own making, of an application that is next to nothing; what it does on a kiosk is the Linux drill's to show. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDeb, debFileName } from '../../scripts/package/build-deb.mjs'
import { layDebTree } from '../../scripts/package/deb-tree.mjs'

const BUILD = join(import.meta.dirname, '../../build/linux')
const AT = 1_700_000_000

function say(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
  return stdout
}

const hasDpkg = spawnSync('dpkg-deb', ['--version']).status === 0

describe.runIf(hasDpkg)('the Debian package', () => {
  let work: string
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'kiosk-deb-'))
    const resources = join(work, 'application/resources')
    for (const name of ['node', 'helper']) mkdirSync(join(resources, name), { recursive: true })
    writeFileSync(join(work, 'application/digital-receptionist-kiosk'), '#!/bin/sh\n', { mode: 0o755 })
    writeFileSync(join(resources, 'node/node'), 'a program\n', { mode: 0o755 })
    writeFileSync(join(resources, 'helper/main.mjs'), '', { mode: 0o664 })
    chmodSync(join(resources, 'helper'), 0o775)
  })
  afterAll(() => rmSync(work, { recursive: true }))

  function make(name: string, runtime: 'electron' | 'stand-in' = 'electron'): string {
    const output = join(work, `${name}.deb`)
    layDebTree(join(work, name), join(work, 'application'), AT)
    buildDeb(join(work, name), { runtime, version: '1.2.3', builtAtEpochSeconds: AT, compression: 'none', output })
    return output
  }

  it('is the same, byte for byte, whenever it is made', async () => {
    const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
    const first = make('one')
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect(hash(make('two'))).toBe(hash(first))
  })

  it('belongs to root, who alone may write it, and hides its runtime from readers', () => {
    const lines = say('dpkg-deb', '--contents', make('owned')).trim().split('\n')
    expect(lines.filter((line) => !/^[-d]\S{9} root\/root /.test(line))).toEqual([])
    expect(lines.filter((line) => /^.{5}w|^.{8}w/.test(line))).toEqual([])
    expect(lines.find((line) => line.endsWith('/resources/node/node'))).toMatch(/^-rwx--x--x /)
    const units = 'usr/lib/systemd/system/run-digital\\\\x2dreceptionist'
    expect(lines.map((line) => line.split('./')[1])).toEqual(
      expect.arrayContaining([`${units}-vault.mount`, `${units}\\\\x2dscreen.mount`]),
    )
  })

  it('asks before it replaces what an administrator changed, and names what it needs', () => {
    const deb = make('controlled')
    expect(say('dpkg-deb', '--info', deb, 'conffiles')).toBe(
      [
        '/etc/needrestart/conf.d/digital-receptionist.conf',
        '/etc/apparmor.d/digital-receptionist',
        '/etc/apparmor.d/abstractions/digital-receptionist-helper\n',
      ].join('\n'),
    )
    expect(say('dpkg-deb', '--field', deb, 'Version')).toBe('1.2.3\n')
    expect(say('dpkg-deb', '--field', deb, 'Depends')).toMatch(/\bcage \(>= 0\.2\).*\bseatd\b.*\blibnss3\b/)
  })

  it('brings a guide whose links lead to what is there', () => {
    make('guided')
    const guide = readFileSync(join(work, 'guided/usr/share/doc/digital-receptionist-kiosk/linux-kiosk.md'), 'utf8')
    expect([...guide.matchAll(/\]\(([^#h][^)]*)\)/g)].map(([, to]) => to)).toEqual([])
    expect(guide).toContain('](#a-key-that-cannot-be-opened)')
  })

  it('of a test never passes for the product', () => {
    const deb = make('stand-in', 'stand-in')
    expect(say('dpkg-deb', '--field', deb, 'Package', 'Version', 'Conflicts', 'Description')).toMatch(
      /^Package: digital-receptionist-kiosk-standin-test\nVersion: 1\.2\.3\+standin\nConflicts: digital-receptionist-kiosk\nDescription: TEST ONLY/,
    )
    expect(debFileName('stand-in', '1.2.3')).toContain('standin-test')
    expect(debFileName('electron', '1.2.3')).toBe('digital-receptionist-kiosk_1.2.3_amd64.deb')
  })

  it.each(readdirSync(join(BUILD, 'debian')))('has a %s that a shell understands', (name) => {
    expect(say('sh', '-n', join(BUILD, 'debian', name))).toBe('')
  })
})
