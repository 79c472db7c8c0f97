import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkFolderSafety, checkParentSafety } from './folder-safety.ts'
import { presentLinkAddress } from './link-address.ts'
import { claimLinkFolder, clearLinkKeys } from './link-folder.ts'

const modeOf = async (path: string) => ((await lstat(path)).mode & 0o7777).toString(8)
const US = process.getuid?.() ?? 0

describe.skipIf(process.platform === 'win32')('the folder of the shell link', () => {
  let parent: string
  let runtime: string
  const inLink = (name: string) => join(runtime, 'link', name)

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'kiosk-'))
    runtime = join(parent, 'run')
    await mkdir(runtime, { mode: 0o700 })
  })
  afterEach(() => rm(parent, { recursive: true }))

  it('is made for the helper and its group, with two keys of their own modes', async () => {
    const { keys } = await claimLinkFolder(runtime)
    expect(await modeOf(join(runtime, 'link'))).toBe('750')
    expect(await modeOf(inLink('shell.key'))).toBe('640')
    expect(await modeOf(inLink('technician.key'))).toBe('600')
    expect(await readFile(inLink('shell.key'), 'utf8')).toBe(Buffer.from(keys.shell).toString('hex'))
    expect(keys.shell).not.toEqual(keys.technician)
  })

  it('gets the same modes under any umask', async () => {
    const before = process.umask(0o077)
    try {
      await claimLinkFolder(runtime)
      expect([await modeOf(join(runtime, 'link')), await modeOf(inLink('shell.key'))]).toEqual(['750', '640'])
    } finally {
      process.umask(before)
    }
  })

  it('gets new keys with every claim, and loses them when they are cleared', async () => {
    const first = await claimLinkFolder(runtime)
    const second = await claimLinkFolder(runtime)
    expect(second.keys.shell).not.toEqual(first.keys.shell)
    await clearLinkKeys(second)
    expect(await readdir(join(runtime, 'link'))).toEqual([])
  })

  it.each([
    ['a runtime folder that its group can change', () => chmod(runtime, 0o770)],
    ['a runtime folder that everybody can change', () => chmod(runtime, 0o1777)],
    ['a runtime folder in a parent that everybody can change', () => chmod(parent, 0o777)],
    ['a link folder that its group can change', () => makeLink(0o770)],
    ['a link folder that everybody can change', () => makeLink(0o757)],
    ['a file in place of the link folder', () => writeFile(join(runtime, 'link'), '')],
    ['a symbolic link in place of the link folder', () => symlink(parent, join(runtime, 'link'))],
    ['a dangling one', () => symlink(join(parent, 'nowhere'), join(runtime, 'link'))],
    ['a folder in place of the socket', () => mkdir(inLink('helper.sock'), { recursive: true })],
    ['a folder in place of the shell’s key', () => mkdir(inLink('shell.key'), { recursive: true })],
    ['a folder in place of the technician’s key', () => mkdir(inLink('technician.key'), { recursive: true })],
  ])('refuses %s', async (_what, spoil) => {
    await spoil()
    await expect(claimLinkFolder(runtime)).rejects.toMatchObject({ code: 'link-folder-unsafe' })
  })

  it('refuses a runtime folder that is a symbolic link', async () => {
    await symlink(runtime, join(parent, 'other'))
    await expect(claimLinkFolder(join(parent, 'other'))).rejects.toMatchObject({ code: 'link-folder-unsafe' })
    expect(await readdir(runtime)).toEqual([])
  })

  async function makeLink(mode: number): Promise<void> {
    await mkdir(join(runtime, 'link'))
    await chmod(join(runtime, 'link'), mode)
  }

  it('knows whose a folder may be', async () => {
    await expect(checkFolderSafety(runtime, [US])).resolves.toBeDefined()
    await expect(checkFolderSafety(runtime, [US + 1])).rejects.toMatchObject({ code: 'link-folder-unsafe' })
    await expect(checkFolderSafety(join(runtime, 'none'), [US])).rejects.toMatchObject({ code: 'link-folder-unsafe' })
  })

  it('takes a parent that everybody can change where a sticky bit keeps what is in it', async () => {
    await chmod(parent, 0o1777)
    await expect(checkParentSafety(runtime)).resolves.toBeUndefined()
  })

  it.each(['helper.sock', 'shell.key', 'technician.key'])(
    'takes away what squats at %s, and never follows a link',
    async (name) => {
      const victim = join(parent, 'victim')
      await writeFile(victim, 'precious')
      await makeLink(0o750)
      await symlink(victim, inLink(name))
      await claimLinkFolder(runtime)
      expect(await readFile(victim, 'utf8')).toBe('precious')
      await expect(readlink(inLink(name))).rejects.toThrow()

      await writeFile(inLink(name), 'squatted')
      await claimLinkFolder(runtime)
      expect(await readFile(inLink(name), 'utf8').catch(() => '')).not.toContain('squatted')
    },
  )

  it('on Windows holds the shell’s key and the name of a pipe, another with every start, and no technician’s key', async () => {
    const first = await claimLinkFolder(runtime, 'win32')
    expect(first.socketPath).toMatch(/^\\\\\.\\pipe\\digital-receptionist-[0-9a-f]{64}$/)
    expect(await presentLinkAddress(runtime, 'win32')).toBe(first.socketPath)
    expect((await readdir(join(runtime, 'link'))).sort()).toEqual(['pipe-name', 'shell.key'])
    expect(await readFile(join(runtime, 'technician.key'), 'utf8')).toBe(
      Buffer.from(first.keys.technician).toString('hex'),
    )
    const second = await claimLinkFolder(runtime, 'win32')
    expect(second.socketPath).not.toBe(first.socketPath)
    expect(await presentLinkAddress(runtime, 'win32')).toBe(second.socketPath)
    await clearLinkKeys(second)
    expect(await readdir(join(runtime, 'link'))).toEqual([])
    expect(await readdir(runtime)).toEqual(['link'])
  })

  it.each(['', 'helper.sock', '\\\\.\\pipe\\rpc.sock', `\\\\evil\\pipe\\digital-receptionist-${'0'.repeat(64)}`])(
    'on Windows leads to no pipe of the name "%s"',
    async (name) => {
      await mkdir(join(runtime, 'link'))
      await writeFile(inLink('pipe-name'), name)
      expect(await presentLinkAddress(runtime, 'win32')).toBeNull()
    },
  )
})
