import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeDetectionXml } from './detection-xml.mjs'
import { check, faultOf, look, openStage, TREE } from './package-stage.mjs'
import { entryOfBytes, entryOfFolder, writeStoredZip } from './stored-zip.mjs'
import { unpackIntunePackage } from './unpack-package.mjs'
import { CONTENT_PATH, DETECTION_PATH } from './write-package.mjs'

let stage
beforeAll(() => {
  stage = openStage()
})
afterAll(() => stage.close())

describe('a byte of a .intunewin that is flipped', () => {
  it('is noticed, wherever it is', { timeout: 120_000 }, async () => {
    const bytes = readFileSync(await stage.pack({ 'a.exe': 'hi' }, { file: 'a.exe' }))
    const path = join(stage.root, 'flipped')
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
    const bytes = readFileSync(await stage.pack(TREE))
    bytes[bytes.indexOf(record) + offset] ^= 1
    const path = join(stage.root, 'uncovered')
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
    const path = join(stage.root, 'changed')
    writeFileSync(path, change(readFileSync(await stage.pack(TREE))))
    expect(await faultOf(() => check(path))).toMatchObject({ part: 'container' })
  })
})

/** A package whose zip is in order, so that only what is inside can be wrong. */
async function repack(change) {
  const from = await stage.pack(TREE)
  const detection = await check(from)
  const bytes = readFileSync(from)
  const start = bytes.indexOf(CONTENT_PATH) + CONTENT_PATH.length
  const content = Buffer.from(
    bytes.subarray(start, start + 48 + (Math.floor(detection.unencryptedContentSize / 16) + 1) * 16),
  )
  const changed = change({ detection, content }) ?? {}
  const xml = changed.xml ?? writeDetectionXml({ ...detection, ...changed.detection })
  const path = stage.fresh()
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
      ({ content }) => ({ detection: { fileDigest: createHash('sha256').update(content).digest() } }),
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

/** A package that holds another zip inside, and of which all else is right. */
function withInner(change) {
  return repack(({ detection, content }) => {
    const { encryptionKey, initializationVector } = detection.keys
    const decipher = createDecipheriv('aes-256-cbc', encryptionKey, initializationVector)
    const inner = change(Buffer.concat([decipher.update(content.subarray(48)), decipher.final()]))
    const cipher = createCipheriv('aes-256-cbc', encryptionKey, initializationVector)
    const changed = Buffer.concat([content.subarray(0, 48), cipher.update(inner), cipher.final()])
    const fileDigest = createHash('sha256').update(inner).digest()
    return {
      content: changed,
      detection: { mac: seal(changed, detection), fileDigest, unencryptedContentSize: inner.length },
    }
  })
}

const DIRECTORY = 'PK\x01\x02'

describe('a .intunewin with a zip inside', () => {
  it('is as good as before when that zip is the same', async () => {
    expect(await faultOf(async () => check(await withInner((inner) => inner)))).toBe(null)
  })

  it('that says another time is not ours', async () => {
    const path = await withInner((inner) => {
      inner[inner.indexOf(DIRECTORY) + 12] ^= 1
      return inner
    })
    expect(await faultOf(() => check(path, true))).toBe(null)
    expect((await faultOf(() => check(path)))?.message).toMatch(/^byte \d+ of the zip inside is not as/)
  })

  it('whose checksum is wrong is refused, whoever made it', async () => {
    const path = await withInner((inner) => {
      inner[inner.lastIndexOf(DIRECTORY) + 16] ^= 1
      return inner
    })
    expect((await faultOf(() => check(path, true)))?.message).toContain('its checksum (CRC-32) is another')
    expect(await faultOf(() => check(path))).toMatchObject({ part: 'content' })
  })

  it('with a name that leads out of it is refused, whoever made it', async () => {
    const path = await withInner((inner) =>
      Buffer.from(inner.toString('latin1').replaceAll('lib/none', '../a.exe'), 'latin1'),
    )
    expect(await faultOf(() => check(path, true))).toMatchObject({ part: 'content' })
  })
})

describe('unpacking', () => {
  it('writes into an empty folder alone', async () => {
    const path = await stage.pack(TREE)
    const out = stage.lay({ mine: 'x' })
    expect((await faultOf(() => unpackIntunePackage(path, { out, isForeign: false })))?.message).toContain(
      'not an empty folder',
    )
    expect(Object.keys(look(out))).toEqual(['mine'])
  })

  it('writes nothing of a package with a fault', async () => {
    const path = await repack(() => ({ detection: { fileDigest: Buffer.alloc(32) } }))
    const out = stage.fresh()
    expect(await faultOf(() => unpackIntunePackage(path, { out, isForeign: true }))).toMatchObject({ part: 'digest' })
    expect(existsSync(out)).toBe(false)
  })
})
