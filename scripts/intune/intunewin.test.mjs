import { createHmac } from 'node:crypto'
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Writable } from 'node:stream'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeDetectionXml } from './detection-xml.mjs'
import { makeKeys, readKeys } from './key-material.mjs'
import { openIntunePackage } from './read-package.mjs'
import { entryOfBytes, entryOfFolder, writeStoredZip } from './stored-zip.mjs'
import { unpackIntunePackage } from './unpack-package.mjs'
import { findNameFaults } from './windows-names.mjs'
import { CONTENT_PATH, DETECTION_PATH, writeIntunePackage } from './write-package.mjs'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'kiosk-intunewin-'))
})
afterAll(() => rmSync(root, { recursive: true }))

let count = 0
/** A folder of this name and nobody else's. */
const fresh = () => join(root, String(++count))

/** @param {Record<string, string | Buffer | null>} tree content by path; null is an empty folder */
function lay(tree) {
  const folder = fresh()
  mkdirSync(folder)
  for (const [path, content] of Object.entries(tree)) {
    if (content === null) mkdirSync(join(folder, path), { recursive: true })
    else {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
  }
  return folder
}

/** The same shape, from disk: every file, and every empty folder. */
function look(folder) {
  const found = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(folder.length + 1).replaceAll('\\', '/')
    if (entry.isFile()) found[name] = readFileSync(path)
    else if (readdirSync(path).length === 0) found[name] = null
  }
  return found
}

async function pack(tree, { file = 'setup.exe', keys = makeKeys(), onlyFor = null, out = fresh() } = {}) {
  return (await writeIntunePackage({ setup: lay(tree), file, out, keys, onlyFor })).path
}

const check = (path, isForeign = false) => openIntunePackage(path, { isForeign }, async ({ detection }) => detection)

async function unpacked(path) {
  const out = fresh()
  await unpackIntunePackage(path, { out, isForeign: false })
  return look(out)
}

/** What was complained of, or null. */
async function faultOf(work) {
  try {
    await work()
    return null
  } catch (error) {
    if (error.name !== 'PackageFault') throw error
    return { part: error.part, message: error.message }
  }
}

const TREE = { 'setup.exe': 'MZ', 'lib/grüße.txt': 'ü', 'lib/none': '', 'lib/empty': null }

describe('a .intunewin', () => {
  it('has the same bytes for the same content and keys, whenever and in whatever order the files were written', async () => {
    const keys = makeKeys()
    const one = await pack(TREE, { keys })
    const setup = lay(Object.fromEntries(Object.entries(TREE).reverse()))
    utimesSync(join(setup, 'setup.exe'), 1_000_000_000, 1_000_000_000)
    const other = await writeIntunePackage({ setup, file: 'setup.exe', out: fresh(), keys, onlyFor: null })
    expect(readFileSync(other.path).equals(readFileSync(one))).toBe(true)
  })

  it('can be made again from the keys of the first, and these serve no other content', async () => {
    const one = await pack(TREE)
    const secrets = await readKeys(one)
    expect(readFileSync(await pack(TREE, secrets)).equals(readFileSync(one))).toBe(true)
    const out = fresh()
    const fault = await faultOf(() => pack({ ...TREE, 'setup.exe': 'MZ2' }, { ...secrets, out }))
    expect(fault?.message).toContain('keys never serve twice')
    expect(readdirSync(out)).toEqual([])
  })

  it('has keys of its own each time when none are given', async () => {
    const [one, other] = [await check(await pack(TREE)), await check(await pack(TREE))]
    expect(one.fileDigest).toEqual(other.fileDigest)
    for (const name of ['encryptionKey', 'macKey', 'initializationVector'])
      expect(one.keys[name].equals(other.keys[name])).toBe(false)
  })

  it('gives back what was packed', async () => {
    const nameArbitrary = fc.string({
      unit: fc.oneof(
        fc.constantFrom('a', 'B', '.', ' ', '-', 'é', 'ß', '日', '🙂'),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      ),
      minLength: 1,
      maxLength: 6,
    })
    const pathArbitrary = fc.array(nameArbitrary, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
    const contentArbitrary = fc.oneof(
      { weight: 4, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
      { weight: 1, arbitrary: fc.constant(null) },
    )
    const treeArbitrary = fc
      .dictionary(pathArbitrary, contentArbitrary, { maxKeys: 8, noNullPrototype: true })
      .map((tree) => ({ ...tree, 'setup.exe': Buffer.from('MZ') }))
      .filter((tree) => findNameFaults(Object.keys(tree)).length === 0)
    await fc.assert(
      fc.asyncProperty(treeArbitrary, async (tree) => {
        expect(await unpacked(await pack(tree))).toEqual(look(lay(tree)))
      }),
      { numRuns: 40 },
    )
  })

  it('starts an installer in a folder of its own by its path', async () => {
    const { name, setupFile } = await check(
      await pack({ 'bin/setup.exe': 'MZ', 'a.txt': 'a' }, { file: 'bin/setup.exe' }),
    )
    expect({ name, setupFile }).toEqual({ name: 'setup.exe', setupFile: 'bin\\setup.exe' })
  })
})

describe('a byte of a .intunewin that is flipped', () => {
  it('is noticed, wherever it is', { timeout: 120_000 }, async () => {
    const bytes = readFileSync(await pack({ 'a.exe': 'hi' }, { file: 'a.exe' }))
    const path = join(root, 'flipped')
    const unnoticed = []
    for (let offset = 0; offset < bytes.length; offset++) {
      const flipped = Buffer.from(bytes)
      flipped[offset] ^= 1 << (offset % 8)
      writeFileSync(path, flipped)
      if ((await faultOf(() => check(path))) === null) unnoticed.push(offset)
    }
    expect(unnoticed).toEqual([])
  })

  it.each([
    ['time', 10],
    ['version', 4],
    ['attributes', 38, 'PK\x01\x02'],
  ])('is noticed in the %s of a file, which no checksum covers', async (_, offset, record = 'PK\x03\x04') => {
    const bytes = readFileSync(await pack(TREE))
    bytes[bytes.indexOf(record) + offset] ^= 1
    const path = join(root, 'uncovered')
    writeFileSync(path, bytes)
    expect(await faultOf(() => check(path, true))).toBe(null)
    expect((await faultOf(() => check(path)))?.message).toMatch(
      /^byte \d+ of the file is not as this command writes it$/,
    )
  })

  it.each([
    ['cut short', (bytes) => bytes.subarray(0, -1)],
    ['followed by more', (bytes) => Buffer.concat([bytes, Buffer.from([0])])],
    ['preceded by more', (bytes) => Buffer.concat([Buffer.from([0]), bytes])],
    ['empty', () => Buffer.alloc(0)],
  ])('is like a file that is %s', async (_, change) => {
    const path = join(root, 'changed')
    writeFileSync(path, change(readFileSync(await pack(TREE))))
    expect(await faultOf(() => check(path))).toMatchObject({ part: 'container' })
  })
})

/** A package whose zip is in order, so that only what is inside can be wrong. */
async function repack(change) {
  const from = await pack(TREE)
  const detection = await check(from)
  const bytes = readFileSync(from)
  const start = bytes.indexOf(CONTENT_PATH) + CONTENT_PATH.length
  const content = Buffer.from(
    bytes.subarray(start, start + 48 + (Math.floor(detection.unencryptedContentSize / 16) + 1) * 16),
  )
  const changed = change({ detection, content }) ?? {}
  const xml = changed.xml ?? writeDetectionXml({ ...detection, ...changed.detection })
  const path = fresh()
  await writeStoredZip(
    [
      entryOfBytes(CONTENT_PATH, changed.content ?? content),
      entryOfBytes(DETECTION_PATH, Buffer.from(xml)),
      ...(changed.more ?? []),
    ],
    Writable.toWeb(createWriteStream(path)),
  )
  return path
}

const seal = (content, { keys }) => {
  const mac = createHmac('sha256', keys.macKey).update(content.subarray(32)).digest()
  mac.copy(content)
  return mac
}

describe('a .intunewin with checksums that are right', () => {
  it('is what the helper of these tests makes', async () => {
    expect(await faultOf(async () => check(await repack(() => {})))).toBe(null)
  })

  it.each([
    [
      'another MAC',
      'mac',
      'first 32 bytes',
      ({ content }) => {
        content[0] ^= 1
        return { content }
      },
    ],
    [
      'another vector',
      'mac',
      'next 16 bytes',
      ({ content }) => {
        content[32] ^= 1
        return { content }
      },
    ],
    [
      'another content',
      'mac',
      'HMAC is another',
      ({ content }) => {
        content[60] ^= 1
        return { content }
      },
    ],
    [
      'another MAC key',
      'mac',
      'HMAC is another',
      ({ detection }) => ({ detection: { keys: { ...detection.keys, macKey: Buffer.alloc(32) } } }),
    ],
    [
      'a content that is cut short',
      'mac',
      'by its UnencryptedContentSize',
      ({ content }) => ({ content: content.subarray(0, -16) }),
    ],
    [
      'another size',
      'digest',
      'bytes decrypted',
      ({ detection }) => ({ detection: { unencryptedContentSize: detection.unencryptedContentSize ^ 1 } }),
    ],
    ['another digest', 'digest', 'FileDigest is not', () => ({ detection: { fileDigest: Buffer.alloc(32) } })],
    [
      'the digest of what is encrypted',
      'digest',
      'FileDigest is not',
      ({ content }) => ({ detection: { fileDigest: createHmac('sha256', content).digest() } }),
    ],
    [
      'another encryption key',
      'digest',
      '',
      ({ detection }) => ({ detection: { keys: { ...detection.keys, encryptionKey: Buffer.alloc(32) } } }),
    ],
    [
      'a content that was changed and sealed again',
      'digest',
      '',
      ({ detection, content }) => {
        content[60] ^= 1
        return { content, detection: { mac: seal(content, detection) } }
      },
    ],
    ['an installer that is not in it', 'content', 'SetupFile', () => ({ detection: { setupFile: 'other.exe' } })],
    [
      'a description in another form',
      'detection',
      'not written as',
      ({ detection }) => ({ xml: `${writeDetectionXml(detection)}\n` }),
    ],
    [
      'a third file',
      'container',
      'is not as this command writes it',
      () => ({ more: [entryOfBytes('more', Buffer.from('x'))] }),
    ],
    ['a folder', 'container', 'is not as this command writes it', () => ({ more: [entryOfFolder('more/')] })],
  ])('and %s is refused', async (_, part, why, change) => {
    const path = await repack(change)
    const fault = await faultOf(() => check(path))
    expect(fault?.part).toBe(part)
    expect(fault?.message).toContain(why)
  })
})

describe('what cannot be packed', () => {
  const setup = (tree) => lay(tree)
  const refuse = async (how) =>
    (
      await faultOf(() =>
        writeIntunePackage({ file: 'setup.exe', out: fresh(), keys: makeKeys(), onlyFor: null, ...how }),
      )
    )?.message

  it('is a folder that is not there, or empty, or holds folders alone', async () => {
    expect(await refuse({ setup: join(root, 'nowhere') })).toMatch(/there is no folder .*nowhere/)
    expect(await refuse({ setup: setup({}) })).toContain('holds no file')
    expect(await refuse({ setup: setup({ 'a/b': null }) })).toContain('holds no file')
  })

  it('is one without its installer, or with one elsewhere', async () => {
    const folder = setup({ 'install.exe': 'MZ' })
    expect(await refuse({ setup: folder })).toContain('there is no file "setup.exe" in')
    expect(await refuse({ setup: folder, file: '../install.exe' })).toContain('lies outside')
    expect(await refuse({ setup: folder, file: join(root, 'install.exe') })).toContain('lies outside')
    expect(await refuse({ setup: folder, file: '.' })).toContain('lies outside')
    expect(await refuse({ setup: setup({ 'setup.msi': 'x' }), file: 'setup.msi' })).toContain('is an MSI')
  })

  it.skipIf(process.platform === 'win32')('is what Windows cannot hold, each named', async () => {
    const folder = setup({ ...TREE, 'aux.txt': '', 'end.': '', 'SETUP.exe': '' })
    symlinkSync('/etc/passwd', join(folder, 'link'))
    const message = await refuse({ setup: folder })
    expect(message?.split('\n')).toHaveLength(4)
    for (const name of ['aux.txt', 'end.', 'SETUP.exe', 'link']) expect(message).toContain(`"${name}"`)
  })

  it('is what would overwrite a package, or pack itself', async () => {
    const [folder, out] = [setup(TREE), fresh()]
    await writeIntunePackage({ setup: folder, file: 'setup.exe', out, keys: makeKeys(), onlyFor: null })
    expect(await refuse({ setup: folder, out })).toContain('is there already')
    expect(await refuse({ setup: folder, out: join(folder, 'out') })).toContain('would be packed with it')
    expect(readdirSync(out)).toEqual(['setup.intunewin'])
  })

  it('is by keys that others may read, or that are none', async () => {
    const write = (text, mode = 0o600) => {
      const path = `${fresh()}.json`
      writeFileSync(path, text, { mode })
      return path
    }
    const given = (keys) =>
      JSON.stringify(Object.fromEntries(Object.entries(keys).map(([name, bytes]) => [name, bytes.toString('base64')])))
    const keys = makeKeys()
    expect(await readKeys(write(given(keys)))).toEqual({ keys, onlyFor: null })
    const complaint = async (path) => (await faultOf(() => readKeys(path)))?.message
    if (process.platform !== 'win32') expect(await complaint(write(given(keys), 0o644))).toContain('chmod 600')
    expect(await complaint(write('{'))).toContain('is not JSON')
    expect(await complaint(write(given({ ...keys, macKey: Buffer.alloc(31) })))).toContain(
      'macKey: must be 32 bytes in base64',
    )
    expect(await complaint(join(root, 'none.json'))).toContain('cannot be read (ENOENT)')
  })
})

describe('unpacking', () => {
  it('writes into an empty folder alone', async () => {
    const path = await pack(TREE)
    const out = lay({ mine: 'x' })
    expect((await faultOf(() => unpackIntunePackage(path, { out, isForeign: false })))?.message).toContain(
      'not an empty folder',
    )
    expect(Object.keys(look(out))).toEqual(['mine'])
  })

  it('writes nothing of a package with a fault', async () => {
    const path = await repack(() => ({ detection: { fileDigest: Buffer.alloc(32) } }))
    const out = fresh()
    expect(await faultOf(() => unpackIntunePackage(path, { out, isForeign: true }))).toMatchObject({ part: 'digest' })
    expect(readdirSync(root)).not.toContain(out.slice(root.length + 1))
  })
})
