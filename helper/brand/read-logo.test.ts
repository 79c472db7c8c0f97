import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { PNG } from 'pngjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LOGO_LIMIT_BYTES } from '../../contract/brand.ts'
import { openBundleFolder } from '../config/bundle-files.ts'
import { readLogo } from './read-logo.ts'

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><path d="M0 0h40v10H0z"/></svg>'
const svg = (content: string, attributes = 'viewBox="0 0 40 10"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${content}</svg>`
const png = (width: number, height: number) => PNG.sync.write(new PNG({ width, height }))

/** A header that promises such a size, and no picture. */
function pngOf(width: number, height: number): Buffer {
  const bytes = png(1, 1)
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29)
  return bytes
}

const doubling = Array.from(
  { length: 12 },
  (_, index) => `<g id="g${index}"><use href="#g${index + 1}"/><use xlink:href="#g${index + 1}"/></g>`,
).join('')

describe('readLogo', () => {
  let parent: string
  let folder: string

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'kiosk-logo-'))
    folder = join(parent, 'bundle')
    await mkdir(folder)
  })
  afterEach(() => rm(parent, { recursive: true }))

  async function faultOf(content: string | Buffer, name = 'logo.svg'): Promise<string | null> {
    await writeFile(join(folder, name), content)
    const reading = await readLogo(openBundleFolder(folder), name)
    if (!reading.ok) expect(reading.fault.remedy).toMatch(/\w.+\.$/)
    return reading.ok ? null : reading.fault.what
  }

  it.each<[string, string | Buffer, 'svg' | 'png']>([
    ['an SVG', SVG, 'svg'],
    [
      'an SVG with a byte order mark, a declaration and a comment',
      `\uFEFF<?xml version="1.0"?>\n<!-- a -->${SVG}`,
      'svg',
    ],
    ['an SVG without a viewBox, sized in millimetres', svg('<g/>', 'width="40mm" height="10mm"'), 'svg'],
    ['an SVG that repeats a part of itself', svg('<g id="a"/><use href="#a"/><use href="#a"/>'), 'svg'],
    ['an SVG whose style sheet names gradients', svg('<style>.a{fill:url(#g)}</style><linearGradient id="g"/>'), 'svg'],
    ['a PNG', png(40, 10), 'png'],
  ])('takes %s', async (_what, content, type) => {
    await writeFile(join(folder, 'logo'), content)
    const reading = await readLogo(openBundleFolder(folder), 'logo')
    expect(reading).toMatchObject({ ok: true, logo: { reference: { type } } })
    if (reading.ok) expect(reading.logo.bytes).toEqual(Buffer.from(content))
  })

  it.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'is empty'],
    ['a large one', Buffer.alloc(LOGO_LIMIT_BYTES + 1, ' '), 'is larger than 256 KiB'],
    ['a JPEG picture, whatever its name', Buffer.from('ffd8ffe000104a464946', 'hex'), 'is a JPEG picture'],
    ['bytes of any kind', Buffer.from([1, 2, 0xff, 0xfe]), 'is neither PNG nor text in UTF-8'],
    ['text', 'a logo', 'is neither SVG nor PNG'],
    ['a web page', '<html><body/></html>', 'is XML, but no SVG'],
    ['a broken SVG', svg('<g>'), 'is not well-formed XML (line 1, column 112)'],
    ['half an SVG', SVG.slice(0, 60), 'is not well-formed XML (line 1, column 60)'],
    ['an unknown entity', svg('<g id="&a;"/>'), 'is not well-formed XML (line 1, column 113)'],
    [
      'an entity bomb',
      `<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${SVG}`,
      'has a DOCTYPE, which may hold entities',
    ],
    [
      'a style sheet of its own choice',
      `<?xml-stylesheet href="http://x/"?>${SVG}`,
      'has an instruction for other programs (<?…?>)',
    ],
    ['no size', svg('', ''), 'is an SVG without a viewBox'],
    ['an absurd shape', svg('', 'viewBox="0 0 1000000 1"'), 'is 1000000 by 1, which fits into no header'],
    ['too many elements', svg('<g/>'.repeat(5_000)), 'has more than 5000 elements'],
    ['too deep a nesting', svg(`${'<g>'.repeat(70)}${'</g>'.repeat(70)}`), 'is nested deeper than 64 levels'],
    [
      'parts that double each other',
      svg(`${doubling}<g id="g12">${'<path/>'.repeat(9)}</g>`),
      'draws more than 20000 shapes, by repeating its parts',
    ],
    ['a part that draws itself', svg('<g id="a"><use href="#a"/></g>'), 'has a part that draws itself'],
    [
      'patterns that a style sheet repeats',
      svg('<style><![CDATA[.a{fill:url("#p")}]]></style><pattern id="p"><g class="a"/></pattern>'),
      'has a style sheet that refers to more than gradients',
    ],
    ['a PNG that is cut off', png(40, 10).subarray(0, 60), 'is a damaged PNG (at byte 33)'],
    ['an absurd PNG', pngOf(100_000, 100_000), 'is 100000 by 100000 pixels'],
    ['a PNG of nothing', pngOf(0, 7), 'is 0 by 7 pixels'],
    ['a PNG that is a line', pngOf(1_000, 2), 'is 1000 by 2, which fits into no header'],
  ])('refuses %s', async (_what, content, fault) => {
    expect(await faultOf(content)).toBe(fault)
  })

  it('says that there is no such file', async () => {
    expect(await readLogo(openBundleFolder(folder), 'logo.svg')).toMatchObject({
      ok: false,
      fault: { what: 'does not exist' },
    })
  })

  it('follows a link within the bundle, and none that leads out of it', async () => {
    await writeFile(join(folder, 'real.svg'), SVG)
    await symlink('real.svg', join(folder, 'inside.svg'))
    expect(await readLogo(openBundleFolder(folder), 'inside.svg')).toMatchObject({ ok: true })
    await writeFile(join(parent, 'outside.svg'), SVG)
    await symlink('../outside.svg', join(folder, 'outside.svg'))
    const fault = { what: 'is a link that leads out of the bundle' }
    expect(await readLogo(openBundleFolder(folder), 'outside.svg')).toMatchObject({ ok: false, fault })
  })

  it.skipIf(process.platform === 'win32')('waits for no pipe, and reads no folder', async () => {
    spawnSync('mkfifo', [join(folder, 'pipe.svg')])
    await mkdir(join(folder, 'folder.svg'))
    for (const name of ['pipe.svg', 'folder.svg']) {
      expect(await readLogo(openBundleFolder(folder), name)).toMatchObject({
        ok: false,
        fault: { what: 'is not a file' },
      })
    }
  })
})
