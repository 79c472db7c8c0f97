import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import { openDeviceKey } from './device-key.ts'
import type { Keychain } from './device-keychain.ts'

const DEVICE_ACCOUNT = 'digital-receptionist/device-key DR-0042'
const HANDOVER_ACCOUNT = 'digital-receptionist/handover DR-0042'

type Fault = 'locked' | 'forgets' | 'keeps'

/** @param faults what is wrong with it; may change while it is used */
function memoryKeychain(faults = new Set<Fault>()) {
  const entries = new Map<string, string>()
  const calls: string[] = []
  function call(what: string): void {
    calls.push(what)
    if (faults.has('locked')) throw new KioskError('keychain-unavailable', 'the keychain is locked')
  }
  const keychain: Keychain = {
    async getPassword(service, account) {
      call('get')
      return entries.get(`${service}/${account}`) ?? null
    },
    async setPassword(service, account, password) {
      call('set')
      if (!faults.has('forgets')) entries.set(`${service}/${account}`, password)
    },
    async deletePassword(service, account) {
      call('delete')
      return faults.has('keeps') ? false : entries.delete(`${service}/${account}`)
    },
  }
  const open = (wanted: 'auto' | 'keychain' | 'credential' = 'auto', credentialsFolder?: string) =>
    openDeviceKey({ deviceId: 'DR-0042', wanted, credentialsFolder, openKeychain: async () => keychain })
  return { entries, calls, faults, open }
}

async function openWithOneTimeKeys(keychain: ReturnType<typeof memoryKeychain>) {
  const deviceKey = await keychain.open()
  if (!deviceKey.oneTimeKeys) throw new Error('a keychain has one-time keys')
  return { deviceKey, oneTimeKeys: deviceKey.oneTimeKeys }
}

const GARBAGE: [string, string][] = [
  ['nothing', ''],
  ['words', 'a password that somebody typed'],
  ['a key that is too short', randomBytes(16).toString('base64url')],
  ['a key that is too long', randomBytes(33).toString('base64url')],
  ['a key in another notation', Buffer.alloc(32, 0xff).toString('base64')],
]

describe('the device key in the keychain', () => {
  it('is made once and found again', async () => {
    const keychain = memoryKeychain()
    const made = await keychain.open()
    expect(made).toMatchObject({ source: 'keychain', reason: null })
    expect(made.bytes).toHaveLength(32)
    expect(keychain.entries.get(DEVICE_ACCOUNT)).toBe(made.bytes.toString('base64url'))
    const found = await keychain.open()
    expect(found.bytes).toEqual(made.bytes)
    expect(keychain.calls.filter((what) => what === 'set')).toHaveLength(1)
  })

  it.each(GARBAGE)('replaces %s in its place', async (_what, text) => {
    const keychain = memoryKeychain()
    keychain.entries.set(DEVICE_ACCOUNT, text)
    const { bytes } = await keychain.open()
    expect(keychain.entries.get(DEVICE_ACCOUNT)).toBe(bytes.toString('base64url'))
  })

  it.each<[string, Fault, string]>([
    ['is locked', 'locked', 'the keychain is locked'],
    ['keeps nothing', 'forgets', 'the keychain does not keep what is put into it'],
  ])('is none, with the reason, where the keychain %s', async (_what, fault, reason) => {
    const { open } = memoryKeychain(new Set([fault]))
    const deviceKey = await open('auto')
    expect(deviceKey).toMatchObject({ source: 'none', reason, oneTimeKeys: null })
    expect(deviceKey.bytes).toHaveLength(0)
    expect(await deviceKey.destroy()).toBe('none')
    await expect(open('keychain')).rejects.toMatchObject({
      code: 'device-key-unusable',
      message: `the bundle asks for the keychain, but ${reason}`,
    })
  })

  it('does not take a fault of ours for a keychain’s', async () => {
    const openKeychain = () => Promise.reject(new TypeError('a fault'))
    const opening = openDeviceKey({ deviceId: 'DR-0042', wanted: 'auto', credentialsFolder: undefined, openKeychain })
    await expect(opening).rejects.toThrow(TypeError)
  })
})

describe('a remote wipe', () => {
  it('deletes both keys, zeroes the bytes, and may be repeated', async () => {
    const keychain = memoryKeychain()
    const { deviceKey, oneTimeKeys } = await openWithOneTimeKeys(keychain)
    await oneTimeKeys.put(randomBytes(32))
    expect(await deviceKey.destroy()).toBe('destroyed')
    expect(keychain.entries.size).toBe(0)
    expect(deviceKey.bytes).toEqual(Buffer.alloc(32))
    expect(await deviceKey.destroy()).toBe('destroyed')
  })

  it.each<Fault>(['locked', 'keeps'])(
    'proves nothing, and says so, where the keychain is or does: %s',
    async (fault) => {
      const keychain = memoryKeychain()
      const deviceKey = await keychain.open()
      keychain.faults.add(fault)
      await expect(deviceKey.destroy()).rejects.toMatchObject({ code: 'keychain-unavailable' })
      expect(deviceKey.bytes).toEqual(Buffer.alloc(32))
      keychain.faults.clear()
      expect(await deviceKey.destroy()).toBe('destroyed')
      expect(keychain.entries.size).toBe(0)
    },
  )

  it('makes another key at the next start', async () => {
    const keychain = memoryKeychain()
    const deviceKey = await keychain.open()
    const before = Buffer.from(deviceKey.bytes)
    await deviceKey.destroy()
    expect((await keychain.open()).bytes).not.toEqual(before)
  })
})

describe('one-time keys', () => {
  it('are taken once', async () => {
    const keychain = memoryKeychain()
    const { oneTimeKeys } = await openWithOneTimeKeys(keychain)
    const [first, second] = [randomBytes(32), randomBytes(32)]
    expect(await oneTimeKeys.take()).toBeNull()
    await oneTimeKeys.put(first)
    await oneTimeKeys.put(second)
    expect(await oneTimeKeys.take()).toEqual(second)
    expect(keychain.entries.has(HANDOVER_ACCOUNT)).toBe(false)
    expect(await oneTimeKeys.take()).toBeNull()
  })

  it('are answered only after their deletion was looked at', async () => {
    const keychain = memoryKeychain()
    const { oneTimeKeys } = await openWithOneTimeKeys(keychain)
    await oneTimeKeys.put(randomBytes(32))
    keychain.calls.length = 0
    await oneTimeKeys.take()
    expect(keychain.calls).toEqual(['get', 'delete', 'get'])
  })

  it.each<[Fault, string]>([
    ['locked', 'the keychain is locked'],
    ['keeps', 'the keychain still holds "handover DR-0042" after deleting it'],
  ])('are not answered by a keychain that is or does: %s', async (fault, message) => {
    const keychain = memoryKeychain()
    const { oneTimeKeys } = await openWithOneTimeKeys(keychain)
    await oneTimeKeys.put(randomBytes(32))
    keychain.faults.add(fault)
    await expect(oneTimeKeys.take()).rejects.toMatchObject({ code: 'keychain-unavailable', message })
  })

  it.each(GARBAGE)('are none where %s is in their place, which is deleted', async (_what, text) => {
    const keychain = memoryKeychain()
    const { oneTimeKeys } = await openWithOneTimeKeys(keychain)
    keychain.entries.set(HANDOVER_ACCOUNT, text)
    expect(await oneTimeKeys.take()).toBeNull()
    expect(keychain.entries.has(HANDOVER_ACCOUNT)).toBe(false)
  })
})

describe('the device key as a systemd credential', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-credentials-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const give = (content: string | Buffer) => writeFile(join(folder, 'device-key'), content)

  it.each<[string, string | Buffer]>([
    ['32 bytes', randomBytes(32)],
    ['text', `${randomBytes(48).toString('hex')}\n`],
    ['4 KiB', randomBytes(4_096)],
  ])('comes from %s, the same at every start, without a look at the keychain', async (_what, content) => {
    await give(content)
    const keychain = memoryKeychain()
    const deviceKey = await keychain.open('auto', folder)
    expect(deviceKey).toMatchObject({ source: 'credential', reason: null, oneTimeKeys: null })
    expect(deviceKey.bytes).toHaveLength(32)
    expect(deviceKey.bytes).not.toEqual(Buffer.from(content).subarray(0, 32))
    expect((await keychain.open('credential', folder)).bytes).toEqual(deviceKey.bytes)
    expect(keychain.calls).toEqual([])
  })

  it('is another key for other bytes', async () => {
    const { open } = memoryKeychain()
    await give(Buffer.alloc(32, 1))
    const { bytes } = await open('auto', folder)
    await give(Buffer.alloc(33, 1))
    expect((await open('auto', folder)).bytes).not.toEqual(bytes)
  })

  it('cannot be destroyed, but leaves this process', async () => {
    await give(randomBytes(32))
    const deviceKey = await memoryKeychain().open('auto', folder)
    expect(await deviceKey.destroy()).toBe('read-only')
    expect(deviceKey.bytes).toEqual(Buffer.alloc(32))
  })

  it('gives way to the keychain where the bundle asks for that', async () => {
    await give(randomBytes(32))
    expect(await memoryKeychain().open('keychain', folder)).toMatchObject({ source: 'keychain' })
  })

  it.each<[string, () => string | undefined]>([
    ['there is no folder', () => undefined],
    ['the folder is empty', () => folder],
    ['the folder is gone', () => join(folder, 'gone')],
  ])('gives way to the keychain where %s, or fails where the bundle asks for it', async (_what, where) => {
    const { open } = memoryKeychain()
    expect(await open('auto', where())).toMatchObject({ source: 'keychain' })
    await expect(open('credential', where())).rejects.toMatchObject({
      code: 'device-key-unusable',
      message: expect.stringContaining('the bundle asks for a systemd credential'),
    })
  })

  describe.each<['auto' | 'keychain' | 'credential']>([['auto'], ['keychain'], ['credential']])(
    'wanted: %s',
    (wanted) => {
      it.each<[string, string, () => Promise<unknown>]>([
        ['empty', 'has 0 bytes; a device key takes 32 to 4096', () => give('')],
        ['too short', 'has 31 bytes; a device key takes 32 to 4096', () => give(randomBytes(31))],
        ['too long', 'has 4097 bytes; a device key takes 32 to 4096', () => give(randomBytes(4_097))],
        ['a folder', 'is not a regular file', () => mkdir(join(folder, 'device-key'))],
        ['a link', 'is not a regular file', () => symlink('/dev/zero', join(folder, 'device-key'))],
      ])('is refused when it is %s', async (_what, message, make) => {
        await make()
        await expect(memoryKeychain().open(wanted, folder)).rejects.toMatchObject({
          code: 'device-key-unusable',
          message: `the credential ${join(folder, 'device-key')} ${message}`,
        })
      })

      it('is refused when systemd could not open what is sealed, and says so', async () => {
        await writeFile(join(folder, 'unopened'), 'technician-secret\ndevice-key\n')
        await expect(memoryKeychain().open(wanted, folder)).rejects.toMatchObject({
          code: 'device-key-unusable',
          message: expect.stringContaining('this machine cannot open it'),
        })
      })

      it('is refused when it cannot be looked at', async () => {
        await give(randomBytes(32))
        await expect(memoryKeychain().open(wanted, join(folder, 'device-key'))).rejects.toMatchObject({
          code: 'device-key-unusable',
          message: expect.stringContaining('cannot be read'),
        })
      })
    },
  )
})
