import { readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeKeys, readKeys } from './key-material.mjs'
import { faultOf, openStage, TREE } from './package-stage.mjs'
import { writeIntunePackage } from './write-package.mjs'

let stage
beforeAll(() => {
  stage = openStage()
})
afterAll(() => stage.close())

describe('what cannot be packed', () => {
  const setup = (tree) => stage.lay(tree)
  const refuse = async (how) =>
    (
      await faultOf(() =>
        writeIntunePackage({ file: 'setup.exe', out: stage.fresh(), keys: makeKeys(), onlyFor: null, ...how }),
      )
    )?.message

  it('is a folder that is not there, or empty, or holds folders alone', async () => {
    expect(await refuse({ setup: join(stage.root, 'nowhere') })).toMatch(/there is no folder .*nowhere/)
    expect(await refuse({ setup: setup({}) })).toContain('holds no file')
    expect(await refuse({ setup: setup({ 'a/b': null }) })).toContain('holds no file')
  })

  it('is one without its installer, or with one elsewhere', async () => {
    const folder = setup({ 'install.exe': 'MZ' })
    expect(await refuse({ setup: folder })).toContain('there is no file "setup.exe" in')
    expect(await refuse({ setup: folder, file: '../install.exe' })).toContain('lies outside')
    expect(await refuse({ setup: folder, file: join(stage.root, 'install.exe') })).toContain('lies outside')
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
    const [folder, out] = [setup(TREE), stage.fresh()]
    await writeIntunePackage({ setup: folder, file: 'setup.exe', out, keys: makeKeys(), onlyFor: null })
    expect(await refuse({ setup: folder, out })).toContain('is there already')
    expect(await refuse({ setup: folder, out: join(folder, 'out') })).toContain('would be packed with it')
    expect(readdirSync(out)).toEqual(['setup.intunewin'])
  })

  it('is by keys that others may read, or that are none', async () => {
    const write = (text, mode = 0o600) => {
      const path = `${stage.fresh()}.json`
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
    expect(await complaint(join(stage.root, 'none.json'))).toContain('cannot be read (ENOENT)')
  })
})
