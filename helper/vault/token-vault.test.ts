import { chmod, link, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SessionTokens } from '../oauth/session-tokens.ts'
import { RECORD_LIMIT_BYTES } from './record-file.ts'
import { openMemoryVault, openTokenVault, prepareVaultFolder, type TokenVault } from './token-vault.ts'

const WHOSE = {
  owner: { deviceId: 'DR-0042', tenant: 'https://login.example.com kiosk' },
  deviceKey: Buffer.alloc(32, 7),
}
const TOKENS: SessionTokens = {
  accessToken: 'access-canary',
  accessTokenExpiresAtMs: 300_000,
  accessTokenLifetimeMs: 300_000,
  refreshToken: 'refresh-canary',
  userKey: 'https://login.example.com alex',
  scopes: ['openid'],
  displayName: 'Alex Morgan',
}

// Every Linux has /dev/shm on tmpfs; elsewhere there is nothing to test but the memory vault.
describe.runIf(process.platform === 'linux')('the vault on tmpfs', () => {
  let parent: string
  let folder: string

  beforeEach(async () => {
    parent = await mkdtemp('/dev/shm/kiosk-vault-')
    folder = join(parent, 'vault')
  })
  afterEach(() => rm(parent, { recursive: true, force: true }))

  async function openVault(): Promise<{ vault: TokenVault; foundLeftover: boolean }> {
    return openTokenVault(folder, await prepareVaultFolder(folder), WHOSE)
  }

  async function onlyFile(): Promise<string> {
    const [name, ...others] = await readdir(folder)
    expect(others).toEqual([])
    return join(folder, name ?? '')
  }

  it('gives back what it stored, and nothing after a wipe', async () => {
    const { vault } = await openVault()
    expect(vault.kind).toBe('tmpfs')
    expect(await vault.read(1)).toBeNull()
    await vault.store(1, TOKENS)
    expect(await vault.read(1)).toEqual(TOKENS)
    await vault.wipe()
    await vault.wipe()
    expect(await vault.read(1)).toBeNull()
    expect(await readdir(folder)).toEqual([])
  })

  it('writes ciphertext only, with mode 0600', async () => {
    const { vault } = await openVault()
    await vault.store(1, TOKENS)
    const path = await onlyFile()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const sealed = await readFile(path)
    for (const canary of ['access-canary', 'refresh-canary', 'Alex']) expect(sealed.includes(canary)).toBe(false)
  })

  it('keeps one record at a time, however many are stored at once', async () => {
    const { vault } = await openVault()
    await Promise.all(
      [1, 2, 3].map((generation) => vault.store(generation, { ...TOKENS, displayName: `${generation}` })),
    )
    expect(await vault.read(3)).toMatchObject({ displayName: '3' })
    await onlyFile()
  })

  it('opens no record of another generation', async () => {
    const { vault } = await openVault()
    await vault.store(1, TOKENS)
    await expect(vault.read(2)).rejects.toMatchObject({ code: 'vault-record-damaged' })
  })

  it('refuses a record with any byte changed, and a shortened one', async () => {
    const { vault } = await openVault()
    await vault.store(1, TOKENS)
    const path = await onlyFile()
    const sealed = await readFile(path)
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      await writeFile(path, changed)
      await expect(vault.read(1), `byte ${at}`).rejects.toMatchObject({ code: 'vault-record-damaged' })
    }
    await writeFile(path, sealed.subarray(0, 10))
    await expect(vault.read(1)).rejects.toMatchObject({ code: 'vault-record-damaged' })
  })

  it('wipes what an earlier process left, and cannot read it', async () => {
    const { vault: crashed } = await openVault()
    await crashed.store(1, TOKENS)
    const leftover = await readFile(await onlyFile())
    const next = await openVault()
    expect(next.foundLeftover).toBe(true)
    expect(await readdir(folder)).toEqual([])
    await writeFile(join(folder, 'session.sealed'), leftover, { mode: 0o600 })
    await expect(next.vault.read(1)).rejects.toMatchObject({ code: 'vault-record-damaged' })
    await next.vault.store(2, TOKENS)
    await writeFile(join(folder, 'session.sealed'), leftover)
    await expect(next.vault.read(1)).rejects.toMatchObject({ code: 'vault-record-damaged' })
  })

  it('opens no copy that was taken before a wipe and put back after it, also not in the next session', async () => {
    const { vault } = await openVault()
    await vault.store(1, TOKENS)
    const copy = await readFile(await onlyFile())
    await vault.wipe()
    await writeFile(join(folder, 'session.sealed'), copy, { mode: 0o600 })
    await expect(vault.read(1)).rejects.toMatchObject({ code: 'vault-record-damaged' })
    await vault.store(1, TOKENS)
    await writeFile(join(folder, 'session.sealed'), copy)
    await expect(vault.read(1)).rejects.toMatchObject({ code: 'vault-record-damaged' })
  })

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['a link', (path) => rename(path, `${path}.moved`).then(() => symlink(`${path}.moved`, path))],
    ['readable for others', (path) => chmod(path, 0o644)],
    ['known by a second name', (path) => link(path, `${path}.second`)],
    ['a folder', (path) => rm(path).then(() => mkdir(path))],
    ['larger than any record', (path) => writeFile(path, Buffer.alloc(RECORD_LIMIT_BYTES + 1))],
  ])('refuses a record that is %s, and wipes it all the same', async (_what, tamper) => {
    const { vault } = await openVault()
    await vault.store(1, TOKENS)
    await tamper(await onlyFile())
    await expect(vault.read(1)).rejects.toMatchObject({ code: 'vault-record-damaged' })
    await vault.wipe()
    expect(await readdir(folder)).toEqual([])
  })

  it('says so when a session’s record is taken away', async () => {
    const { vault } = await openVault()
    await vault.store(1, TOKENS)
    await rm(await onlyFile())
    await expect(vault.read(1)).rejects.toMatchObject({ code: 'vault-record-damaged' })
    await vault.wipe()
    expect(await vault.read(1)).toBeNull()
  })

  it('takes no record above its size, and keeps the one before it', async () => {
    const { vault } = await openVault()
    await vault.store(1, TOKENS)
    const huge = { ...TOKENS, accessToken: 'x'.repeat(RECORD_LIMIT_BYTES) }
    await expect(vault.store(1, huge)).rejects.toMatchObject({ code: 'vault-record-too-large' })
    expect(await vault.read(1)).toEqual(TOKENS)
    await onlyFile()
  })

  it.each<[string, string, () => Promise<unknown>]>([
    ['open to others', 'vault-wrong-mode', () => mkdir(folder).then(() => chmod(folder, 0o755))],
    ['a link', 'vault-wrong-mode', () => symlink('/dev/shm', folder)],
    ['a file', 'vault-wrong-mode', () => writeFile(folder, '')],
  ])('refuses a folder that is %s', async (_what, code, make) => {
    await make()
    await expect(prepareVaultFolder(folder)).rejects.toMatchObject({ code })
  })

  it.each(['on a disk', 'nowhere'])('refuses a folder %s', async (where) => {
    const disk = await mkdtemp(join(tmpdir(), 'kiosk-disk-'))
    try {
      const path = where === 'on a disk' ? join(disk, 'vault') : join(disk, 'missing', 'vault')
      await expect(prepareVaultFolder(path)).rejects.toMatchObject({ code: 'vault-not-tmpfs' })
    } finally {
      await rm(disk, { recursive: true })
    }
  })
})

describe('the vault in memory', () => {
  it('gives back what it stored, and nothing after a wipe', async () => {
    const vault = openMemoryVault(WHOSE)
    await vault.store(1, TOKENS)
    expect(await vault.read(1)).toEqual(TOKENS)
    await expect(vault.read(2)).rejects.toMatchObject({ code: 'vault-record-damaged' })
    const huge = { ...TOKENS, accessToken: 'x'.repeat(RECORD_LIMIT_BYTES) }
    await expect(vault.store(1, huge)).rejects.toMatchObject({ code: 'vault-record-too-large' })
    await vault.wipe()
    expect(await vault.read(1)).toBeNull()
  })
})
