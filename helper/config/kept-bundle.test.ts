import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepBundle, readBundleRecord } from './kept-bundle.ts'

/** A disk that fails at one thing: root, as whom this may run, is refused nothing. */
const disk = vi.hoisted(() => ({ fails: { rm: false, rename: false } }))
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>()
  const failing = <Args extends unknown[]>(name: 'rm' | 'rename', call: (...args: Args) => Promise<void>) => {
    return async (...args: Args) => {
      if (disk.fails[name]) throw Object.assign(new Error(`${name} fails`), { code: 'EIO' })
      return call(...args)
    }
  }
  return { ...real, rm: failing('rm', real.rm), rename: failing('rename', real.rename) }
})

describe('the copy of the last good bundle', () => {
  let stateFolder: string
  const copies = async () => (await readdir(stateFolder)).filter((name) => name.startsWith('last-good-bundle-'))
  const bundle = (version: number | null, content: string) => ({
    files: new Map([['kiosk.json', Buffer.from(content)]]),
    signed: version === null ? null : { version, keyId: 'key' },
  })

  beforeEach(async () => {
    stateFolder = await mkdtemp(join(tmpdir(), 'kiosk-kept-'))
  })
  afterEach(async () => {
    disk.fails = { rm: false, rename: false }
    await rm(stateFolder, { recursive: true })
  })

  async function recordedCopy(): Promise<string[]> {
    const { folder = '' } = (await readBundleRecord(stateFolder)) ?? {}
    return readdir(join(stateFolder, folder))
  }

  it.each(['all of it', 'a file of it'])('is written again when %s is gone', async (what) => {
    await keepBundle(stateFolder, bundle(null, 'A'))
    const [copy = ''] = await copies()
    await rm(join(stateFolder, copy, what === 'all of it' ? '' : 'kiosk.json'), { recursive: true })
    await keepBundle(stateFolder, bundle(null, 'A'))
    expect(await recordedCopy()).toEqual(['kiosk.json'])
  })

  it('is not written again when it is there', async () => {
    await keepBundle(stateFolder, bundle(null, 'A'))
    const before = await copies()
    await keepBundle(stateFolder, bundle(null, 'A'))
    expect(await copies()).toEqual(before)
  })

  it('stays when the one before cannot be removed, which goes with the next one', async () => {
    await keepBundle(stateFolder, bundle(1, 'A'))
    disk.fails.rm = true
    await keepBundle(stateFolder, bundle(2, 'B'))
    expect(await readBundleRecord(stateFolder)).toMatchObject({ signed: { version: 2 } })
    expect(await recordedCopy()).toEqual(['kiosk.json'])
    disk.fails.rm = false
    await keepBundle(stateFolder, bundle(3, 'C'))
    expect(await copies()).toHaveLength(1)
  })

  it('says what went wrong first, and keeps the one before', async () => {
    await keepBundle(stateFolder, bundle(1, 'A'))
    disk.fails = { rm: true, rename: true }
    await expect(keepBundle(stateFolder, bundle(2, 'B'))).rejects.toMatchObject({
      code: 'bundle-state-unusable',
      cause: { message: 'rename fails' },
    })
    expect(await readBundleRecord(stateFolder)).toMatchObject({ signed: { version: 1 } })
    expect(await recordedCopy()).toEqual(['kiosk.json'])
  })

  it.each([
    ['an older one', bundle(1, 'A')],
    ['another one of its version', bundle(2, 'C')],
    ['one that nobody signed', bundle(null, 'A')],
  ])('is not replaced by %s', async (_what, older) => {
    await keepBundle(stateFolder, bundle(2, 'B'))
    await expect(keepBundle(stateFolder, older)).rejects.toMatchObject({ code: 'bundle-version-old' })
    expect(await readBundleRecord(stateFolder)).toMatchObject({ signed: { version: 2 } })
  })
})
