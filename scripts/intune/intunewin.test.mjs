import { readdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeKeys, readKeys } from './key-material.mjs'
import { check, faultOf, look, openStage, TREE } from './package-stage.mjs'
import { unpackIntunePackage } from './unpack-package.mjs'
import { findNameFaults } from './windows-names.mjs'
import { writeIntunePackage } from './write-package.mjs'

let stage
beforeAll(() => {
  stage = openStage()
})
afterAll(() => stage.close())

async function unpacked(path) {
  const out = stage.fresh()
  await unpackIntunePackage(path, { out, isForeign: false })
  return look(out)
}

describe('a .intunewin', () => {
  it('has the same bytes for the same content and keys, whenever and in whatever order the files were written', async () => {
    const keys = makeKeys()
    const one = await stage.pack(TREE, { keys })
    const setup = stage.lay(Object.fromEntries(Object.entries(TREE).reverse()))
    utimesSync(join(setup, 'setup.exe'), 1_000_000_000, 1_000_000_000)
    const other = await writeIntunePackage({ setup, file: 'setup.exe', out: stage.fresh(), keys, onlyFor: null })
    expect(readFileSync(other.path).equals(readFileSync(one))).toBe(true)
  })

  it('can be made again from the keys of the first, and these serve no other content', async () => {
    const one = await stage.pack(TREE)
    const secrets = await readKeys(one)
    expect(readFileSync(await stage.pack(TREE, secrets)).equals(readFileSync(one))).toBe(true)
    const out = stage.fresh()
    const fault = await faultOf(() => stage.pack({ ...TREE, 'setup.exe': 'MZ2' }, { ...secrets, out }))
    expect(fault?.message).toContain('keys never serve twice')
    expect(readdirSync(out)).toEqual([])
  })

  it('has keys of its own each time when none are given', async () => {
    const [one, other] = [await check(await stage.pack(TREE)), await check(await stage.pack(TREE))]
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
        expect(await unpacked(await stage.pack(tree))).toEqual(look(stage.lay(tree)))
      }),
      { numRuns: 40 },
    )
  })

  it('starts an installer in a folder of its own by its path', async () => {
    const { name, setupFile } = await check(
      await stage.pack({ 'bin/setup.exe': 'MZ', 'a.txt': 'a' }, { file: 'bin/setup.exe' }),
    )
    expect({ name, setupFile }).toEqual({ name: 'setup.exe', setupFile: 'bin\\setup.exe' })
  })
})
