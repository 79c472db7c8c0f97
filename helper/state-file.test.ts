import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readActivationFile } from './activation/activation-file.ts'
import { readBundleRecord } from './config/kept-bundle.ts'
import { readStateFile, writeStateFile } from './state-file.ts'
import { readLockoutFile } from './technician/lockout-file.ts'

describe('a file of the state folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-state-file-'))
    await chmod(folder, 0o700)
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is replaced whole, and leaves nothing beside it', async () => {
    expect(await readStateFile(folder, 'a.json')).toBeUndefined()
    await writeStateFile(folder, 'a.json', { count: 1 })
    await writeStateFile(folder, 'a.json', { count: 2 })
    expect(await readStateFile(folder, 'a.json')).toEqual({ count: 2 })
    expect(await readdir(folder)).toEqual(['a.json'])
  })

  it.each(['null', '', '[]', '{'])('is damaged, not absent, when it holds "%s"', async (content) => {
    for (const name of ['activation.json', 'technician-lockout.json', 'bundle-record.json']) {
      await writeFile(join(folder, name), content, { mode: 0o600 })
    }
    expect(await readActivationFile(folder)).toMatchObject({ kind: 'damaged' })
    expect(await readLockoutFile(folder)).toMatchObject({ kind: 'damaged' })
    await expect(readBundleRecord(folder)).rejects.toMatchObject({ code: 'bundle-state-unusable' })
  })
})
