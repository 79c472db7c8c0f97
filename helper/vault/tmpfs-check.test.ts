import { chmod, chown, mkdir, mkdtemp, rm, statfs, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkMemoryFolder } from './tmpfs-check.ts'

const OTHER_USER_ID = 64_321
const MAY_GIVE_AWAY = process.getuid?.() === 0

// Every Linux has /dev/shm on tmpfs; other systems have no such check.
describe.runIf(process.platform === 'linux')('the check of the vault’s folder', () => {
  let parent: string
  let folder: string

  beforeEach(async () => {
    parent = await mkdtemp('/dev/shm/kiosk-check-')
    folder = join(parent, 'vault')
    await mkdir(folder, { mode: 0o700 })
  })
  afterEach(() => rm(parent, { recursive: true, force: true }))

  it('passes a folder of our own on tmpfs', async () => {
    expect(await checkMemoryFolder(folder)).toBe('tmpfs')
  })

  it.each(['750', '705', '777', '500'])('refuses a folder with mode %s', async (mode) => {
    await chmod(folder, mode)
    await expect(checkMemoryFolder(folder)).rejects.toMatchObject({ code: 'vault-wrong-mode' })
  })

  it.each(['700', '755', '2750', '1777', '3770'])('passes a folder in one with mode %s', async (mode) => {
    await chmod(parent, mode)
    expect(await checkMemoryFolder(folder)).toBe('tmpfs')
  })

  it.each(['770', '702', '777', '2770'])('refuses a folder in one with mode %s', async (mode) => {
    await chmod(parent, mode)
    const message = `others may change the folder ${parent} (mode ${mode})`
    await expect(checkMemoryFolder(folder)).rejects.toMatchObject({ code: 'vault-wrong-mode', message })
  })

  it.each([
    ['a link', () => symlink('/dev/shm', folder)],
    ['a file', () => writeFile(folder, '')],
  ])('refuses %s in its place', async (_what, make) => {
    await rm(folder, { recursive: true })
    await make()
    await expect(checkMemoryFolder(folder)).rejects.toMatchObject({ code: 'vault-wrong-mode' })
  })

  it('refuses a folder on a disk, and one that is not there', async (context) => {
    if ((await statfs(tmpdir())).type === (await statfs('/dev/shm')).type)
      context.skip('temporary files are in memory here')
    const disk = await mkdtemp(join(tmpdir(), 'kiosk-disk-'))
    try {
      await expect(checkMemoryFolder(join(disk, 'missing'))).rejects.toMatchObject({ code: 'vault-not-tmpfs' })
      await expect(checkMemoryFolder(disk)).rejects.toMatchObject({ code: 'vault-not-tmpfs' })
    } finally {
      await rm(disk, { recursive: true })
    }
  })

  describe('among several accounts', () => {
    beforeEach((context) => {
      if (!MAY_GIVE_AWAY) context.skip('only root can give a folder to another account')
    })

    it('refuses another account’s folder', async () => {
      await chown(folder, OTHER_USER_ID, OTHER_USER_ID)
      await expect(checkMemoryFolder(folder)).rejects.toMatchObject({ code: 'vault-wrong-owner' })
    })

    it.each(['755', '1777'])('refuses a folder in another account’s, with mode %s', async (mode) => {
      await chmod(parent, mode)
      await chown(parent, OTHER_USER_ID, OTHER_USER_ID)
      const message = `the folder ${parent} that the vault lies in belongs to user ${OTHER_USER_ID}`
      await expect(checkMemoryFolder(folder)).rejects.toMatchObject({ code: 'vault-wrong-owner', message })
    })
  })
})
